import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { checkSql } from './check.ts';

// What each statement says is what PostgreSQL says to it: 42703 whenever it runs, or nothing.

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table orders (id bigint generated always as identity primary key, ext text not null unique, total integer,
        tags text[], paid_at timestamptz);
      create table other (orders integer, ext text)`)
    .simple();
});

const INSERT = 'insert into orders (ext, total) values ($1, $2) on conflict (ext) do update set';

async function stateOf(sql: string): Promise<string | undefined> {
  const explain = db.sql.unsafe(`explain ${sql.replaceAll(/\$\d/g, 'null')}`);
  return await explain.then(
    () => undefined,
    (error: { readonly code?: string }) => error.code,
  );
}

test.each([
  [
    'a column of INSERT',
    'insert into orders (ext, totl) values ($1, $2) on conflict (ext) do nothing',
    'orders has no column totl, which INSERT names: 42703.',
    /Write total/,
  ],
  [
    'a column that is set',
    `${INSERT} paid = now()`,
    'orders has no column paid, which DO UPDATE sets: 42703.',
    /migration/,
  ],
  ['one of several that are set', `${INSERT} (total, payd_at) = (1, now())`, /payd_at.* sets/, /Write paid_at/],
  ['a table before a column that is set', `${INSERT} orders.total = 1`, /no column orders/, /without the table/],
  ['a column of EXCLUDED', `${INSERT} total = excluded.totl`, /no column totl, which DO UPDATE reads/, /Write total/],
  ['a column of the table', `${INSERT} total = 1 where orders.totals > 1`, /no column totals/, /Write total/],
  [
    "a column of the table's alias",
    'insert into orders as o (ext) values ($1) on conflict (ext) do update set total = coalesce(o.totl, 1)',
    /no column totl/,
    /Write total/,
  ],
])('%s that is not there is an error, with the name that is nearest', async (_what, sql, message, fix) => {
  expect(await checkSql(db, sql)).toMatchObject({
    status: 'error',
    code: 'MSGDB_UPSERT_COLUMN_MISSING',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
    fix: expect.stringMatching(fix),
  });
  expect(await stateOf(sql)).toBe('42703');
});

test.each([
  ['an element of an array', `${INSERT} tags[1] = 'x'`],
  ['columns in capitals, quoted and with a comment', `${INSERT} "total" /* , nope = 1 */ = EXCLUDED.Total`],
  [
    "a table of a subquery that hides the statement's own",
    `${INSERT} total = (select orders.orders from other as orders limit 1)`,
  ],
  ["a row's place", `${INSERT} total = 1 where orders.ctid is not null`],
  ['SELECT in parentheses in place of columns', "insert into orders (select 1, 'x') on conflict (ext) do nothing"],
])('%s is no column that is missing', async (_what, sql) => {
  expect((await checkSql(db, sql)).code).not.toBe('MSGDB_UPSERT_COLUMN_MISSING');
  expect(await stateOf(sql)).not.toBe('42703');
});

test('nothing is said of a name that the program puts together', async () => {
  const upsert = await checkSql(db, `${INSERT} total_{x} = 1 where orders.total_{x} is null`);
  expect(upsert.status).toBe('ok');
});
