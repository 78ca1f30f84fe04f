import { beforeEach, describe, expect, test } from 'vitest';
import { readIndexParts } from '../../../src/catalog/read-index-parts.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { dropUniqueKey, index, uniqueKey } from '../../../src/index.ts';
import type { Operation } from '../../../src/model/operations/index.ts';
import { listLong, MOST_BYTES } from '../../../src/sql/key-widths.ts';
import { useDatabase } from '../../support/database.ts';
import { asQueryable } from '../../support/queryable.ts';
import { table } from '../../support/table-facts.ts';
import {
  cleanDatabase,
  column,
  expectOk,
  makeProjectOf,
  makeRule,
  readImages,
  STRATEGIES,
  takeTurns,
} from './project.ts';

const db = useDatabase();
const LOOK = { dryRun: true, allowOutOfOrder: false };

beforeEach(async () => cleanDatabase(db.sql));

/** Copies of 'a', and a table whose column k takes any text. */
const TABLE = `
  create table t (id int primary key, k text, n int, at timestamptz);
  insert into t values (1, 'a', 1), (2, 'a', 2), (3, '7', 0);
  create function noise(bytes int) returns text language sql as $$
    select left(string_agg(md5(i::text || 'x'), ''), bytes) from generate_series(1, bytes / 32 + 1) i $$;`;

interface Case {
  readonly name: string;
  readonly setup: string;
  readonly rule?: object;
  readonly code: string;
  readonly message: RegExp;
  readonly fix?: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'a text of 9,600 bytes that does not compress',
    setup: "insert into t values (7, noise(9600)), (8, 'b')",
    code: 'MSGDB_KEY_TOO_LONG',
    message:
      /1 row of t has a key \(k\) that is too long for t_k_key: 9,6\d\d bytes, .* holds 2,704 at most\. The row: \(id\)=\(7\)\.$/,
    fix: /key: \[\{ expression: 'md5\(k\)' \}\]/,
  },
  {
    name: 'several, one of them just over a third of a page',
    setup: 'insert into t select i, noise(2690 + i) || i from generate_series(10, 16) i',
    code: 'MSGDB_KEY_TOO_LONG',
    message: /7 rows of t have .*2,720 bytes, .*Rows: \(id\)=\(\d\d(; \d\d){4}; …\)\.$/,
  },
  {
    name: 'a long result of an expression',
    setup: 'insert into t values (7, noise(9600))',
    rule: { key: [{ expression: 'lower(k)' }] },
    code: 'MSGDB_KEY_TOO_LONG',
    message: /\(lower\(k\)\).*\(id\)=\(7\)/,
  },
  {
    name: 'parts that are too long together, in a row that the rule does not cover for a NULL',
    setup: 'alter table t add m text; insert into t (id, k, m) values (7, noise(2000), noise(2100) || 1)',
    rule: { key: ['k', 'n', 'm'], keep: [] },
    code: 'MSGDB_KEY_TOO_LONG',
    message: /\(k, n, m\)/,
    fix: /key: \[\{ expression: 'md5\(k\)' \}, 'n', \{ expression: 'md5\(m\)' \}\]/,
  },
  {
    name: 'parts that are too long where each has to stand',
    setup: 'alter table t alter k set storage external; insert into t values (7, noise(2685), 1, now())',
    rule: { key: ['k', 'at'], keep: [] },
    code: 'MSGDB_KEY_TOO_LONG',
    message: /1 row of t .*: 2,712 bytes, .*\(id\)=\(7\)\.$/,
  },
  {
    name: 'a division by zero',
    setup: '',
    rule: { key: [{ expression: '10 / n' }] },
    code: 'MSGDB_EXPRESSION_INVALID',
    message: /10 \/ n fails on a row of t, so no index can be made of it: \(id\)=\(3\)\.$/,
  },
  {
    name: 'a cast of bad text, in a table without a primary key',
    setup: 'alter table t drop constraint t_pkey; update t set n = 1',
    rule: { key: [{ expression: 'k::int' }], keep: [] },
    code: 'MSGDB_EXPRESSION_INVALID',
    message: /k::int fails on a row of t.*\(ctid\)=\(\(0,\d\)\)/,
  },
  {
    name: 'a predicate that fails',
    setup: '',
    rule: { where: '10 / n > 0' },
    code: 'MSGDB_EXPRESSION_INVALID',
    message: /10 \/ n > 0 fails on a row.*\(id\)=\(3\)/,
  },
  {
    name: 'an expression without an order',
    setup: 'alter table t add place point',
    rule: { key: [{ expression: 'coalesce(place, point(0, 0))' }] },
    code: 'MSGDB_REFUSED',
    message: /is of type point, which cannot be in a btree index.*42704/,
  },
  {
    name: 'a cast that depends on the time zone',
    setup: '',
    rule: { key: [{ expression: 'at::date' }] },
    code: 'MSGDB_EXPRESSION_INVALID',
    message: /at::date cannot be in an index on t: a cast or a function in it is not IMMUTABLE/,
  },
  {
    name: 'a function of the same name as one that is IMMUTABLE',
    setup: `create function lower(int) returns int stable language plpgsql as 'begin return $1; end'`,
    rule: { key: [{ expression: 'lower(n)' }] },
    code: 'MSGDB_EXPRESSION_INVALID',
    message: /not IMMUTABLE/,
  },
  {
    name: 'an operator of time zones in the predicate',
    setup: '',
    rule: { where: "at + interval '1 day' > '2020-01-01'" },
    code: 'MSGDB_EXPRESSION_INVALID',
    message: /not IMMUTABLE/,
  },
  {
    name: 'an aggregate',
    setup: '',
    rule: { key: [{ expression: 'max(k)' }] },
    code: 'MSGDB_EXPRESSION_INVALID',
    message: /max\(k\) cannot be used on public\.t/,
  },
];

describe('known before a row is removed, by a dry run and by the run:', () => {
  test.each(takeTurns(CASES))('$name ($strategy)', async ({ setup, rule, code, message, fix, strategy }) => {
    const { sql } = db;
    await sql.unsafe(TABLE + setup);
    const before = await readImages(sql);
    const wanted = { code, message: expect.stringMatching(message), ...(fix && { fix: expect.stringMatching(fix) }) };
    const rules = { table: 't', key: ['k'], keep: ['id'], ...rule };
    const { context, migrate: run } = await makeRule(db, rules, { strategy });
    expect((await migrate(context, LOOK)).findings[0]).toMatchObject(wanted);
    expect((await run()).findings[0]).toMatchObject(wanted);
    expect(await readImages(sql)).toEqual(before);
    expect(await column(sql, `select to_regnamespace('msgdb')`)).toEqual([null]);
  });
});

test.each(STRATEGIES)('what PostgreSQL holds is not refused, however it is stored (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`${TABLE}
    insert into t values (7, noise(2680)), (8, repeat('compressible ', 5000)), (9, repeat('x', 2030)), (10, noise(40) || repeat('y', 60000));
    update t set n = id`);
  for (const key of ['k', { expression: 'lower(k)' }, { expression: "coalesce(k, '')" }]) {
    const project = await makeRule(db, { table: 't', key: [key], keep: ['id'], index: 'the_rule' }, { strategy });
    expectOk(await migrate(project.context, LOOK));
    expectOk(await project.migrate());
    expectOk(await project.rollback());
    await sql.unsafe('drop schema msgdb cascade');
  }
});

/** Parts of an index, of which `a` has every length near the limit; the texts are stored as they are. */
test.each<readonly [columns: readonly string[]]>([
  [['a']],
  [['a', 'n2']],
  [['a', 'n8']],
  [['n2', 'a', 'n8', 'n2']],
  [['short', 'a', 'n8']],
  [['short', 'a', 'n2', 'half', 'n8']],
  [['a', 'nothing', 'n8']],
  [['flag', 'a', 'u', 'n4']],
  [['upper(short)', 'a', 'n8']],
])('the length of an index row is known to the byte: %s', async (columns) => {
  const { sql } = db;
  await sql.unsafe(`${TABLE}
    create table w (id int primary key, a text, half text, short text, n2 int2, n4 int4, n8 int8, nothing text, flag bool, u uuid);
    alter table w alter a set storage external, alter half set storage external;
    create table failed (id int);`);
  const rest = columns.includes('half') ? 1300 : 0;
  await sql.unsafe(`
    insert into w select i, noise(i - ${rest}), noise(1300), 'abc', 2, 4, 8, null, true, gen_random_uuid()
      from generate_series(2630, 2710) i;
    do $$ declare each int; begin
      for each in 2630..2710 loop
        begin
          execute format('create index tried on w (${columns.join(', ')}) where id = %s', each);
          drop index tried;
        exception when program_limit_exceeded then insert into failed values (each);
        end;
      end loop;
    end $$`);
  const failed = await column(sql, 'select id from failed order by id');
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.length).toBeLessThan(81);
  const tx = asQueryable(sql);
  const [{ oid = 0 } = {}] = await sql`select 'w'::regclass::oid::int as oid`;
  const facts = table('w', [], { oid });
  const parts = await readIndexParts(
    tx,
    facts,
    columns.map((name) => (name.includes('(') ? `(${name})` : `"${name}"`)),
    'btree',
  );
  const key = {
    table: facts.table,
    partitioned: false,
    columns: [],
    predicate: undefined,
    nulls: 'distinct',
    grouping: 'hash',
  } as const;
  const long = await tx.query(listLong(key, parts, ['id'], 1_000));
  const of = (measure: 'least' | 'most') =>
    long
      .filter((row) => Number(row[measure]) > MOST_BYTES)
      .map(({ name }) => (name as string[])[0])
      .toSorted();
  expect(of('least')).toEqual(failed);
  expect(of('most')).toEqual(failed);
});

test('an expression is evaluated where the predicate holds alone, as the index does', async () => {
  await db.sql.unsafe(TABLE);
  const where = "k ~ '^[0-9]+$' and n is not null and k <> '' and length(k) < 9";
  const project = await makeRule(db, { table: 't', key: [{ expression: 'k::int' }], where, keep: ['id'] });
  expectOk(await project.migrate());
});

test.each(STRATEGIES)('what only PostgreSQL can say is tried before a row is removed (%s)', async (strategy) => {
  const { sql } = db;
  // Half noise, half repetition: too near to the limit to be judged from outside.
  await sql.unsafe(`${TABLE} insert into t values (7, noise(3000) || repeat('z', 9000))`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 't', key: [{ expression: 'lower(k)' }], keep: ['id'] }, { strategy });
  const look = await migrate(project.context, LOOK);
  expectOk(look);
  expect(look.plan[0]?.notes.join()).toMatch(/longest key has 12,\d\d\d bytes before compression/);
  const report = await project.migrate();
  expect(report.findings[0]).toMatchObject({
    code: 'MSGDB_MIGRATION_FAILED',
    message: expect.stringMatching(/too long/),
  });
  expect(await readImages(sql)).toEqual(before);
  expect(await column(sql, 'select count(*) from pg_index where not indisvalid')).toEqual(['0']);
});

const INDEXES: readonly (readonly [name: string, setup: string, options: object, code: string, message: RegExp])[] = [
  [
    'too long',
    'insert into t values (7, noise(9600))',
    {},
    'MSGDB_KEY_TOO_LONG',
    /too long for the_index.*\(id\)=\(7\)/,
  ],
  ['failing', '', { columns: [{ expression: '1 / n' }] }, 'MSGDB_EXPRESSION_INVALID', /1 \/ n fails.*\(id\)=\(3\)/],
  [
    'failing under gin',
    '',
    { columns: [{ expression: 'array[1 / n]' }], method: 'gin' },
    'MSGDB_EXPRESSION_INVALID',
    /fails/,
  ],
  ['no class', '', { method: 'gin' }, 'MSGDB_REFUSED', /t.k is of type text, which cannot be in a gin index/],
  ['no order', 'alter table t add j json', { columns: ['j'] }, 'MSGDB_REFUSED', /type json/],
];

test.each(INDEXES)('an index that is not unique is judged too: %s', async (_, setup, options, code, message) => {
  await db.sql.unsafe(TABLE + setup);
  for (const strategy of STRATEGIES) {
    const operation = index({ table: 't', columns: ['k'], name: 'the_index', ...options });
    const project = await makeProjectOf(db, [operation as Operation], { settings: { strategy } });
    const wanted = { code, message: expect.stringMatching(message) };
    expect((await migrate(project.context, LOOK)).findings[0]).toMatchObject(wanted);
    expect((await project.migrate()).findings[0]).toMatchObject(wanted);
  }
  expect(await column(db.sql, `select to_regclass('the_index')`)).toEqual([null]);
});

test('a hash index takes a key of any length', async () => {
  await db.sql.unsafe(`${TABLE} insert into t values (7, noise(9600))`);
  const operation = index({ table: 't', columns: ['k'], name: 'the_index', method: 'hash' });
  expectOk(await (await makeProjectOf(db, [operation])).migrate());
});

test.each(STRATEGIES)('undo of dropUniqueKey: a key that came and is too long refuses it (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`${TABLE} delete from t where id = 2; alter table t add constraint once unique (k)`);
  const operation = dropUniqueKey({ table: 't', key: ['k'], restore: { keep: ['id'] } });
  const project = await makeProjectOf(db, [operation], { settings: { strategy } });
  expectOk(await project.migrate());
  await sql.unsafe(`insert into t (id, k) values (2, 'a'), (7, noise(9600))`);
  const before = await readImages(sql);
  await expect(project.rollback()).resolves.toMatchObject({
    findings: [{ code: 'MSGDB_KEY_TOO_LONG', message: expect.stringMatching(/too long for once/) }],
  });
  expect(await readImages(sql)).toEqual(before);
});

test('looking and dedupe without an index do not mind long keys', async () => {
  const { sql } = db;
  await sql.unsafe(`${TABLE} insert into t values (7, noise(9600)), (8, noise(9600))`);
  const { context } = await makeRule(db, { table: 't', key: ['k'] });
  const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
  expectOk((await dedupe(context, { rule, dryRun: false, yes: true, samples: 1 })) as never);
  expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3', '7']);
});
