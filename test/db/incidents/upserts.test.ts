import { beforeAll, beforeEach, expect, test } from 'vitest';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { ALL, apply, fixture, load, type Incident } from './incidents.ts';

const db = useDatabase();

/** What the application's code met with: no arbiter, or the rule that was too strict. */
const FAILS_WITH: Readonly<Record<string, string>> = {
  'waba-accounts': '42P10',
  'chat-messages': '42P10',
  conversations: '23505',
  'session-upsert': '42P10',
  'meta-assets-cache': '42P10',
};

beforeAll(async () => {
  await load(db.sql, ALL);
});

test.each(ALL)('$name: the upsert fails before the repair, as it is and as it will be', async (incident) => {
  const code = FAILS_WITH[incident.name];
  await expect(db.sql.unsafe(await upsert(incident, 'before'))).rejects.toMatchObject({ code });
  await expect(db.sql.unsafe(await upsert(incident, 'after'))).rejects.toMatchObject({ code: '42P10' });
});

test.each(ALL)('$name: the upsert works after the repair, and its repetition adds no row', async (incident) => {
  await repaired();
  const sql = await upsert(incident, 'after');
  const before = await rows(incident);
  const first = await db.sql.unsafe(sql);
  const added = (await rows(incident)) - before;
  expect(added).toBe(incident.name === 'chat-messages' || incident.name === 'meta-assets-cache' ? 0 : 1);
  expect(first.count).toBe(incident.name === 'chat-messages' ? 0 : 1);
  await db.sql.unsafe(sql);
  expect((await rows(incident)) - before).toBe(added);
});

let done: Promise<unknown> | undefined;
async function repaired(): Promise<void> {
  done ??= makeContext(db).then(apply);
  await done;
}

async function rows({ name }: Incident): Promise<number> {
  const table = { 'waba-accounts': 'waba_accounts', 'chat-messages': 'chat_messages', conversations: 'conversations' }[name] ??
    { 'session-upsert': 'whatsapp_conversations', 'meta-assets-cache': 'meta_assets_cache' }[name];
  const [row] = await db.sql.unsafe(`select count(*)::int as count from ${table}`);
  return Number(row?.count);
}

async function upsert(incident: Incident, moment: 'before' | 'after'): Promise<string> {
  const statement = (await fixture(incident, 'upserts')).split(/;[^\S\n]*(?:\n|$)/).find((text) => text.includes(`-- ${moment}: `));
  if (statement === undefined) throw new Error(`fixtures/${incident.name}/upserts.sql has no "${moment}"`);
  return statement;
}
