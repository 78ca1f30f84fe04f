import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { readTable } from '../../../src/catalog/read-table.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { createRace } from '../../../src/sql/race.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { asRun } from '../online/run.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table message (id serial primary key, wa_id text, body text not null check (body <> ''), twice text generated always as (body || body) stored);
      create unique index message_wa_id on message (wa_id) where wa_id is not null;
      insert into message (wa_id, body) values (null, 'draft'), ('a', 'hello');
      create table person (id bigint generated always as identity primary key, email text not null, name text not null);
      create unique index person_email on person (lower(email));
      create type colour as enum ('red');
      create type place as (x integer, y integer);
      create table spot (at place not null, name text);
      create unique index spot_at on spot (at);
      insert into spot values (row(1, null), 'half');
      create table painted (colour colour not null unique)`)
    .simple();
});

async function race(
  rule: Parameters<typeof uniqueKey>[0],
  racers = 8,
  overrides: Parameters<typeof makeContext>[1] = {},
) {
  const report = await verify(await makeContext(db, overrides), { rule: uniqueKey(rule), race: racers });
  return report.checks.find(({ id }) => id.endsWith('/race'));
}

async function scratchSchemas(): Promise<number> {
  const [row] = await db.sql<
    { n: number }[]
  >`select count(*)::int as n from pg_namespace where nspname like 'msgdb\\_race%'`;
  return row?.n ?? -1;
}

test.each([
  ['a row of the table is copied', { table: 'message', key: ['wa_id'], where: 'wa_id is not null' }],
  ['a composite value with a NULL in it is not NULL', { table: 'spot', key: ['at'] }],
  ['an empty table gets a row of its own', { table: 'person', key: [{ expression: 'lower(email)' }] }],
])('one row and no error with the index, an error for each without: %s', async (_what, rule) => {
  const before = await fingerprint(db.sql, { physical: true });
  expect(await race(rule)).toMatchObject({
    status: 'ok',
    title: '8 sessions upsert one key at once',
    detail: '1 row and no error in each of 5 rounds of 8; without the index 8 fail with 42P10',
  });
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
  expect(await scratchSchemas()).toBe(0);
});

test('what cannot be tried is said: no row, and no right to make a schema', async () => {
  expect(await race({ table: 'painted', key: ['colour'] })).toMatchObject({
    status: 'skipped',
    detail: expect.stringMatching(/no row/),
  });
  const role = await db.createRole('looker', { grants: ['select on all tables in schema public'] });
  const report = await verify(await makeContext(role), {
    rule: uniqueKey({ table: 'person', key: [{ expression: 'lower(email)' }] }),
    race: 2,
  });
  expect(report.checks.at(-1)).toMatchObject({
    status: 'skipped',
    detail: expect.stringMatching(/may not create a schema/),
  });
  expect(await scratchSchemas()).toBe(0);
});

test("a lock that an application holds on a small number, such as a session's id, is not in the way", async () => {
  // Process ids are given out in order.
  await db.sql`select pg_advisory_lock(pg_backend_pid() + n) from generate_series(1, 2000) n`;
  onTestFinished(async () => {
    await db.sql`select pg_advisory_unlock_all()`;
  });
  expect(await race({ table: 'message', key: ['wa_id'], where: 'wa_id is not null' }, 2)).toMatchObject({
    status: 'ok',
  });
});

test('a rule without an index is not raced; its check has failed', async () => {
  expect(await race({ table: 'person', key: ['name'] })).toBeUndefined();
});

const MESSAGES = { table: 'message', key: ['wa_id'], where: 'wa_id is not null' } as const;

/** The statements by which a run makes its scratch schema, before it is killed. */
async function leaveBehind(schema: string): Promise<void> {
  const facts = await asRun(db, {}, async ({ session }) => readTable(session, { schema: 'public', name: 'message' }));
  for (const { text } of createRace(schema, facts)) await db.sql.unsafe(text);
}

test.each([
  'msgdb_race_999999999',
  // More than a process id can be, and more than an integer.
  'msgdb_race_2147483648',
  'msgdb_race_99999999999999999999',
])('the scratch schema of a run that was killed is dropped by the next: %s', async (schema) => {
  await leaveBehind(schema);
  expect(await race(MESSAGES, 2)).toMatchObject({ status: 'ok' });
  expect(await scratchSchemas()).toBe(0);
});

test("the scratch schema of a run that is working stays, and so does another role's of a similar name", async () => {
  const other = db.open();
  const [{ pid } = { pid: 0 }] = await other<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await leaveBehind(`msgdb_race_${pid}`);
  const foreign = ['msgdb_race_999999999', 'msgdb_race_2147483648', 'msgdb_race_', 'msgdb_race_1x', 'xmsgdb_race_1'];
  for (const name of foreign) await db.sql.unsafe(`create schema ${name}; create table ${name}.kept ()`);
  await db.sql.unsafe(`comment on schema msgdb_race_999999999 is 'of races that were run'`);
  expect(await race(MESSAGES, 2)).toMatchObject({ status: 'ok' });
  const kept = await db.sql<{ name: string }[]>`
    select n.nspname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname in ('kept', 'contest')`;
  expect(kept.map(({ name }) => name).toSorted()).toEqual([...foreign, `msgdb_race_${pid}`].toSorted());
  for (const name of kept) await db.sql.unsafe(`drop schema ${name.name} cascade`);
});

test("another role's schema of the same name is not touched, and reported", async () => {
  // Process ids are given out in order.
  await db.sql.unsafe(`do $$ declare first int := pg_backend_pid(); begin
    for n in 1..2000 loop execute format('create schema msgdb_race_%s', first + n); end loop; end $$`);
  onTestFinished(async () => {
    await db.sql.unsafe(`do $$ declare name text; begin
      for name in select nspname from pg_namespace where nspname ~ '^msgdb_race_' loop
        execute format('drop schema %I', name); end loop; end $$`);
  });
  expect(await race(MESSAGES, 2)).toMatchObject({
    status: 'skipped',
    detail: expect.stringMatching(/^the schema msgdb_race_\d+ is there already, and is not msgdb's$/),
  });
  expect(await scratchSchemas()).toBe(2000);
});

test('an interrupted race leaves nothing behind', async () => {
  const controller = new AbortController();
  const running = race({ table: 'message', key: ['wa_id'], where: 'wa_id is not null' }, 8, {
    signal: controller.signal,
  });
  const watch = setInterval(async () => {
    if ((await scratchSchemas()) > 0) controller.abort();
  }, 5);
  await running.catch(() => undefined).finally(() => clearInterval(watch));
  expect(await scratchSchemas()).toBe(0);
});
