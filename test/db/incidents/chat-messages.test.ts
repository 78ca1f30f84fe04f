import { beforeEach, expect, test } from 'vitest';
import { verify } from '../../../src/commands/verify/verify.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { applicationSql, apply, CHAT, count, empty, load, migrationsOf } from './incidents.ts';

const db = useDatabase();
const WITHOUT_ID = "coalesce(wa_message_id, '') = ''";

beforeEach(async () => {
  await empty(db.sql);
  await load(db.sql, [CHAT]);
});

test.each(['locked', 'online'] as const)('the report counts rows before and after (%s)', async (strategy) => {
  const context = await makeContext(db, { migrationsDir: await migrationsOf([CHAT]), settings: { strategy } });
  const [applied] = (await apply(context)).applied;
  expect(applied).toMatchObject({
    name: '0002-chat-messages',
    counts: [{ table: 'chat_messages', before: 1973, after: 1502 }],
  });
  expect(applied?.steps.map(({ detail }) => detail).join()).toContain('471 rows removed (archived)');
});

test('messages without an id are not touched: same place, same version', async () => {
  const places = `select id, ctid::text, xmin::text from chat_messages where ${WITHOUT_ID} and reply_to_id is null order by id`;
  const before = await db.sql.unsafe(places);
  expect(before.length).toBeGreaterThan(250);
  await apply(await makeContext(db, { migrationsDir: await migrationsOf([CHAT]) }));
  expect(await count(db.sql, `chat_messages where ${WITHOUT_ID}`)).toBe(300);
  expect(await db.sql.unsafe(places)).toEqual(before);
});

test('verify says which clause to write, and it is the one that works', async () => {
  const context = await makeContext(db, { migrationsDir: await migrationsOf([CHAT]) });
  await apply(context);
  const { checks, upserts, verdict } = await verify(context, {});
  expect(verdict).toBe('ok');
  const clause = "ON CONFLICT (wa_message_id) WHERE wa_message_id IS NOT NULL AND wa_message_id <> ''";
  expect(upserts).toMatchObject([{ table: 'chat_messages', index: 'idx_chat_messages_wa_message_id_unique', clause }]);
  expect(checks.find(({ id }) => id.endsWith('/bare-target'))).toMatchObject({
    status: 'info',
    code: 'MSGDB_ARBITER_MISSING',
    detail: `ON CONFLICT (wa_message_id) alone finds no index (42P10): the index is partial. Write ${clause}`,
  });

  const insert = `insert into chat_messages (conversation_id, wa_message_id, direction)
    values (1, 'wamid.HBgMOTE3NzU1000084FQIAEhgU', 'inbound')`;
  await expect(db.sql.unsafe(`${insert} on conflict (wa_message_id) do nothing`)).rejects.toMatchObject({
    code: '42P10',
  });
  expect((await db.sql.unsafe(`${insert} ${clause} do nothing`)).count).toBe(0);
});

test("the application's second delivery is ignored, its first fix still fails", async () => {
  await apply(await makeContext(db, { migrationsDir: await migrationsOf([CHAT]) }));
  const message = ['7', 'wamid.new', 'text', 'Hello', '2026-01-01'];
  const fixed = await applicationSql(CHAT, 'after/save_message.go', 'SaveMessage');
  expect(await db.sql.unsafe(fixed, message)).toHaveLength(1);
  expect(await db.sql.unsafe(fixed, message)).toHaveLength(0);
  const first = await applicationSql(CHAT, 'before/save_message_first_fix.go', 'SaveMessageOnce');
  await expect(db.sql.unsafe(first, message)).rejects.toMatchObject({ code: '42P10' });
});
