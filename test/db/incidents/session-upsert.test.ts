import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { apply, count, empty, load, migrationsOf, physical, SESSION, undo, untrue, upsert } from './incidents.ts';

const db = useDatabase();

beforeEach(async () => {
  await empty(db.sql);
  await load(db.sql, [SESSION]);
});

test('20 connections that upsert one key at the same time make one row, and none fails', async () => {
  await apply(await context());
  const statement = await upsert(SESSION, 'after');
  const before = await count(db.sql, SESSION.table);
  const webhooks = Array.from({ length: 20 }, () => db.open());
  const pids = await Promise.all(
    webhooks.map(async (webhook) => (await webhook`select pg_backend_pid() as pid`)[0]?.pid),
  );
  expect(new Set(pids).size).toBe(20);

  const results = await Promise.all(webhooks.map(async (webhook) => webhook.unsafe(`${statement} returning id`)));
  expect(new Set(results.map(([row]) => row?.id)).size).toBe(1);
  expect(await count(db.sql, SESSION.table)).toBe(before + 1);
});

test('20 connections that create one customer before the repair make none: the upsert has no index', async () => {
  const statement = await upsert(SESSION, 'before');
  const webhooks = Array.from({ length: 20 }, () => db.open());
  const results = await Promise.allSettled(webhooks.map(async (webhook) => webhook.unsafe(statement)));
  expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual(Array(20).fill('42P10'));
});

test('lost messages are put into their conversation, and into new ones where it is missing', async () => {
  const lost = 'whatsapp_messages where conversation_id is null';
  expect(await count(db.sql, lost)).toBe(228);
  const [applied] = (await apply(await context())).applied;
  const relinked = applied?.steps.find(({ kind }) => kind === 'relink');
  expect(relinked).toMatchObject({
    title: 'Relink 213 of 228 rows of whatsapp_messages that lost conversation_id',
    detail: 'relinked: 213 rows re-pointed, 40 rows created',
  });
  expect(await count(db.sql, `${lost} and canonical_key is not null`)).toBe(0);
  expect(await count(db.sql, lost)).toBe(15);
});

test('verify finds a message that lost its conversation since', async () => {
  const options = await context();
  await apply(options);
  await db.sql`update whatsapp_messages set conversation_id = null where provider_message_id = 'wamid.moved.1'`;
  const report = await verify(options, {});
  expect(report.findings).toMatchObject([{ code: 'MSGDB_ORPHANS_FOUND', table: 'whatsapp_messages' }]);
});

test('undo leaves alone what the application has changed since, and says so', async () => {
  const options = await context();
  await apply(options);
  const [made] = await db.sql`
    update whatsapp_conversations set is_open = false where id > 5030 and business_id = 2 returning id`;
  await db.sql`update whatsapp_conversations set unread_count = 99 where id = 1004`;
  const report = await rollback(options, { dryRun: false });
  expect(report.findings.map(({ code }) => code)).toContain('MSGDB_NOT_RESTORED');
  expect(exitCodeOf(report)).toBe(1);
  expect(await count(db.sql, `whatsapp_conversations where id = ${made?.id} and not is_open`)).toBe(1);
  expect(await count(db.sql, 'whatsapp_conversations where id = 1004 and unread_count = 99')).toBe(1);
});

// As a job of docker compose or Kubernetes: the first of two runs works, the second waits for it and finds nothing to do.
test('run as a one-shot job again and again, and twice at once, it exits 0 each time', async () => {
  const jobs = await Promise.all([job(), job()]);
  expect(jobs.map(exitCodeOf)).toEqual([0, 0]);
  expect(jobs.map(({ applied }) => applied.length).toSorted()).toEqual([0, 1]);
  expect(await untrue(db.sql, [SESSION])).toEqual([]);

  const before = await physical(db.sql);
  for (let start = 1; start <= 2; start += 1) {
    const report = await job();
    expect(exitCodeOf(report)).toBe(0);
    expect(report.summary).toBe('nothing to do: 1 migration is applied');
  }
  expect(await physical(db.sql)).toEqual(before);
});

test('undo takes the created conversations away again and empties what it filled', async () => {
  const options = await context();
  await apply(options);
  expect(await count(db.sql, SESSION.table)).toBe(470);
  const report = await undo(options);
  expect(await count(db.sql, SESSION.table)).toBe(583);
  expect(await count(db.sql, 'whatsapp_messages where conversation_id is null')).toBe(228);
  expect(report.restoredRows).toBeGreaterThan(0);
});

async function context(overrides: ContextOverrides = {}) {
  return await makeContext(db, { migrationsDir: await migrationsOf([SESSION]), ...overrides });
}

async function job() {
  return await migrate(await context(), { dryRun: false, allowOutOfOrder: false });
}
