import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { checkSql } from './check.ts';

// Every row of what PostgreSQL takes for an arbiter: what the check says, and what the server says to the statement itself.

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table two (a integer not null, b integer not null, c integer, unique (a, b) include (c));
      create table part (x text not null, y text not null default md5(random()::text), is_active boolean not null default true);
      create unique index part_x on part (x) where x is not null and x <> '';
      create unique index part_y on part (y) where is_active;
      create table expr (email text not null, other text not null);
      create unique index expr_lower on expr (lower(email));
      create table broken (a integer not null);
      insert into broken values (1), (1);
      create table late (a integer not null, constraint late_a unique (a) deferrable);
      create table excl (during int4range not null, constraint excl_during exclude using gist (during with &&));
      create table plain (a integer not null);
      create unique index plain_a on plain (a);
      create table whole (day date not null, a integer not null, unique (a, day)) partition by range (day);
      create table whole_1 partition of whole for values from ('2026-01-01') to ('2027-01-01');
      create unique index whole_1_a on whole_1 (a)`)
    .simple();
  await db.sql.unsafe('create unique index concurrently broken_a on broken (a)').catch(() => undefined);
  await db.sql.unsafe('truncate broken');
});

interface Row {
  readonly what: string;
  readonly sql: string;
  /** SQLSTATE of the statement itself; undefined where it works. */
  readonly state?: string;
  readonly code?: string;
  readonly fix?: RegExp;
}

const TWO = 'insert into two (a, b) values (1, 1) on conflict';
const PART = "insert into part (x) values ('k') on conflict";
const ACTIVE = "insert into part values ('k', 'k') on conflict (y)";
const EXPR = "insert into expr values ('a', 'b') on conflict";

const ROWS: readonly Row[] = [
  { what: 'the same columns', sql: `${TWO} (a, b) do nothing` },
  { what: 'the same columns in another order', sql: `${TWO} (b, a) do nothing` },
  {
    what: 'a subset',
    sql: `${TWO} (a) do nothing`,
    state: '42P10',
    code: 'MSGDB_ARBITER_MISSING',
    fix: /^Write ON CONFLICT \(a, b\), or make \(a\) unique/,
  },
  {
    what: 'a superset',
    sql: `${TWO} (a, b, c) do nothing`,
    state: '42P10',
    code: 'MSGDB_ARBITER_MISSING',
    fix: /^Write ON CONFLICT \(a, b\)/,
  },
  {
    what: 'a partial index without its predicate',
    sql: `${PART} (x) do nothing`,
    state: '42P10',
    code: 'MSGDB_UPSERT_PREDICATE_MISSING',
    fix: /WHERE \(x IS NOT NULL\) AND \(x <> ''::text\)/,
  },
  { what: 'its predicate', sql: `${PART} (x) where x is not null and x <> '' do nothing` },
  { what: 'what implies the predicate', sql: `${PART} (x) where x <> '' do nothing` },
  { what: 'a stronger predicate', sql: `${PART} (x) where x = 'k' do nothing` },
  {
    what: 'a weaker predicate',
    sql: `${PART} (x) where x is not null do nothing`,
    state: '42P10',
    code: 'MSGDB_UPSERT_PREDICATE_UNPROVEN',
    fix: /WHERE \(x IS NOT NULL\) AND/,
  },
  {
    what: 'one that cannot be proven',
    sql: `${PART} (x) where length(x) > 0 do nothing`,
    state: '42P10',
    code: 'MSGDB_UPSERT_PREDICATE_UNPROVEN',
  },
  {
    what: 'a predicate after DO UPDATE',
    sql: `${PART} (x) do update set y = 'z' where part.x <> ''`,
    state: '42P10',
    code: 'MSGDB_UPSERT_PREDICATE_MISSING',
  },
  {
    what: 'IS TRUE for a boolean predicate',
    sql: `${ACTIVE} where is_active is true do nothing`,
    state: '42P10',
    code: 'MSGDB_UPSERT_PREDICATE_UNPROVEN',
  },
  { what: '= true for a boolean predicate', sql: `${ACTIVE} where is_active = true do nothing` },
  { what: 'the same expression', sql: `${EXPR} (lower(email)) do nothing` },
  {
    what: 'the bare column of an expression',
    sql: `${EXPR} (email) do nothing`,
    state: '42P10',
    code: 'MSGDB_UPSERT_EXPRESSION_DIFFERS',
    fix: /ON CONFLICT \(lower\(email\)\)/,
  },
  {
    what: 'another expression',
    sql: `${EXPR} (upper(email)) do nothing`,
    state: '42P10',
    code: 'MSGDB_UPSERT_EXPRESSION_DIFFERS',
  },
  {
    what: 'an invalid index',
    sql: 'insert into broken values (1) on conflict (a) do nothing',
    state: '42P10',
    code: 'MSGDB_INDEX_INVALID',
    fix: /drop index concurrently/,
  },
  {
    what: 'a deferrable constraint',
    sql: 'insert into late values (1) on conflict (a) do nothing',
    state: '55000',
    code: 'MSGDB_UPSERT_DEFERRABLE',
  },
  {
    what: 'no target on a table with a deferrable constraint',
    sql: 'insert into late values (1) on conflict do nothing',
    state: '55000',
    code: 'MSGDB_UPSERT_DEFERRABLE',
  },
  {
    what: 'an exclusion constraint by its columns',
    sql: "insert into excl values ('[1,2)') on conflict (during) do nothing",
    state: '42P10',
    code: 'MSGDB_UPSERT_CONSTRAINT',
    fix: /ON CONSTRAINT excl_during DO NOTHING/,
  },
  {
    what: 'an exclusion constraint by its name',
    sql: "insert into excl values ('[1,2)') on conflict on constraint excl_during do nothing",
  },
  {
    what: 'DO UPDATE on an exclusion constraint',
    sql: "insert into excl values ('[1,2)') on conflict on constraint excl_during do update set during = excluded.during",
    state: '42809',
    code: 'MSGDB_UPSERT_CONSTRAINT',
  },
  {
    what: 'ON CONSTRAINT with the name of a plain index',
    sql: 'insert into plain values (1) on conflict on constraint plain_a do nothing',
    state: '42704',
    code: 'MSGDB_UPSERT_CONSTRAINT',
    fix: /ON CONFLICT \(a\)/,
  },
  {
    what: 'a partitioned table without its partition key',
    sql: "insert into whole values ('2026-05-01', 1) on conflict (a) do nothing",
    state: '42P10',
    code: 'MSGDB_UPSERT_PARTITION_KEY',
    fix: /\(a, day\)/,
  },
  {
    what: 'a partitioned table with its partition key',
    sql: "insert into whole values ('2026-05-01', 1) on conflict (a, day) do nothing",
  },
  {
    what: 'a column that is not there',
    sql: 'insert into plain values (1) on conflict (nope) do nothing',
    state: '42703',
    code: 'MSGDB_UPSERT_COLUMN_MISSING',
  },
];

describe.each(ROWS)('$what', ({ sql, state, code, fix }) => {
  test('is what the server says', async () => {
    const takenBack = new Error('taken back');
    const run = db.sql.begin(async (tx) => {
      await tx.unsafe(sql);
      throw takenBack;
    });
    if (state === undefined) await expect(run).rejects.toBe(takenBack);
    else await expect(run).rejects.toMatchObject({ code: state });
  });

  test('is what the check says', async () => {
    const upsert = await checkSql(db, sql);
    if (state === undefined) {
      expect(upsert).toMatchObject({ code: null, status: 'ok' });
      expect(upsert.arbiter).not.toBeNull();
    } else expect(upsert).toMatchObject({ code, status: 'error' });
    if (fix) expect(upsert.fix).toMatch(fix);
  });
});

test('a bind parameter in the WHERE works five times and fails from the sixth on, as the check says', async () => {
  const one = db.open({ max: 1 });
  await one.unsafe("prepare p (text) as insert into part (x) values ('k') on conflict (x) where x = $1 do nothing");
  const results: string[] = [];
  for (let execution = 1; execution <= 7; execution += 1) {
    results.push(
      await one.unsafe("execute p ('k')").then(
        () => 'ok',
        (error: { code: string }) => error.code,
      ),
    );
  }
  expect(results).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', '42P10', '42P10']);
  const upsert = await checkSql(db, 'insert into part (x) values ($1) on conflict (x) where x = $2 do nothing');
  expect(upsert).toMatchObject({ status: 'error', code: 'MSGDB_UPSERT_PARAMETER' });
  await db.sql.unsafe('truncate part');
});

test('a parameter that proves nothing does no harm beside a predicate that does, or a whole index', async () => {
  const beside = await checkSql(
    db,
    'insert into part (y) values ($1) on conflict (y) where is_active and x = $2 do nothing',
  );
  expect(beside.status).not.toBe('error');
  expect(await checkSql(db, 'insert into plain values ($1) on conflict (a) where a = $2 do nothing')).toMatchObject({
    status: 'ok',
  });
});
