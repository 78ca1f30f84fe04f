// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source of programs that are checked
import { beforeAll, describe, expect, test } from 'vitest';
import type { CheckUpsertsReport } from '../../../src/model/report.ts';
import type { UpsertReport } from '../../../src/model/upsert-report.ts';
import { useDatabase } from '../../support/database.ts';
import { check, checkSql } from './check.ts';

// What each statement is said to be is what PostgreSQL says to it when it reads it.

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create type mood as enum ('good', 'bad');
      create table acct (id bigint generated always as identity primary key, k text not null unique, hits integer not null
        default 0, mood mood, doc json, twice integer generated always as (hits * 2) stored);
      create table other (k text, hits integer);
      create table ruled (k text primary key, n integer);
      create rule also as on insert to ruled do also insert into other (k) values (new.k);
      create view sums as select k, sum(hits) as hits from acct group by k;
      create view plain as select k, hits from acct;
      create table told (said text);
      create function loud(a text) returns text language plpgsql immutable as $$
        begin raise exception 'the application was run'; end $$;
      create function store(p_k text, p_hits integer) returns void language plpgsql as $$
        declare v_more integer := 1; r record;
        begin
          select * into r from acct limit 1;
          insert into acct (k, hits) values (p_k, p_hits + v_more + r.hits)
            on conflict (k) do update set hits = acct.hits + v_more returning id into v_more;
        end $$;
      create function store_wrongly(p_k text) returns void language plpgsql as $$
        begin
          insert into acct (k) values (p_k) on conflict (k) do update set hits = hits + 1;
        end $$`)
    .simple();
});

async function stateOf(sql: string): Promise<string | undefined> {
  const prepare = `prepare asked as ${sql}; deallocate asked`;
  return await db.sql
    .unsafe(prepare)
    .simple()
    .then(
      () => undefined,
      (error: { readonly code?: string }) => error.code,
    );
}

const INSERT = 'insert into acct (k, hits) values ($1, $2)';

const REFUSED: readonly (readonly [string, string, string, RegExp])[] = [
  ['DO UPDATE without a target', `${INSERT} on conflict do update set hits = 1`, '42601', /ON CONFLICT \(k\)/],
  [
    'an unqualified column',
    `${INSERT} on conflict (k) do update set hits = hits + 1`,
    '42702',
    /acct\.hits .*excluded\.hits/,
  ],
  [
    'an unqualified column of an alias',
    'insert into acct as a (k) values ($1) on conflict (k) do update set hits = 1 where hits > 3',
    '42702',
    /Write a\.hits/,
  ],
  [
    "the table's name behind its alias",
    'insert into acct as a (k) values ($1) on conflict (k) do update set hits = acct.hits + 1',
    '42P01',
    /Write a\.hits/,
  ],
  ['a table that is not in the statement', `${INSERT} on conflict (k) do update set hits = other.hits`, '42P01', /./],
  ['an unknown column in SET', `${INSERT} on conflict (k) do update set hits = hitz`, '42703', /Write hits/],
  [
    'an unknown column in WHERE',
    `${INSERT} on conflict (k) do update set hits = 1 where hitz > 1`,
    '42703',
    /Write hits/,
  ],
  ['an unknown column in RETURNING', `${INSERT} on conflict (k) do nothing returning idd`, '42703', /Write id/],
  ['a table with a rule', 'insert into ruled (k) values ($1) on conflict (k) do nothing', '0A000', /trigger/],
  ['a view of sums', 'insert into sums (k) values ($1) on conflict (k) do nothing', '55000', /behind the view/],
  [
    'too few values',
    'insert into acct (k, hits, mood) values ($1, $2) on conflict (k) do nothing',
    '42601',
    /one value/,
  ],
  ['too many values', 'insert into acct (k) values ($1, $2) on conflict (k) do nothing', '42601', /one value/],
  [
    'too few columns selected',
    'insert into acct (k, hits) select k from other on conflict (k) do nothing',
    '42601',
    /one value/,
  ],
  ['a value for an identity', 'insert into acct (id, k) values (1, $1) on conflict (k) do nothing', '428C9', /Leave/],
  ['a generated column that is set', `${INSERT} on conflict (k) do update set twice = 4`, '428C9', /Leave/],
  ['a column named twice', 'insert into acct (k, k) values ($1, $2) on conflict (k) do nothing', '42701', /./],
  ['a column set twice', `${INSERT} on conflict (k) do update set hits = 1, hits = 2`, '42601', /./],
  ['a label that the enum lacks', `${INSERT} on conflict (k) do update set mood = 'fine'`, '22P02', /./],
  ['a value of another type', `${INSERT} on conflict (k) do update set hits = now()`, '42804', /cast|Correct/],
  [
    'json compared with json',
    `${INSERT} on conflict (k) do update set doc = excluded.doc where acct.doc <> excluded.doc`,
    '42883',
    /./,
  ],
  ['an aggregate', `${INSERT} on conflict (k) do update set hits = sum(excluded.hits)`, '42803', /./],
];

const WITH = `with n as (select $1::text as k)
  insert into acct (k) select k from n on conflict (k) do update set hits = hits + 1`;

const ACCEPTED = [
  [
    'a list of values that the program makes',
    'db.query(`insert into acct (k, hits) values (${rows}) on conflict (k) do nothing`)',
  ],
  [
    'one after another value',
    'db.query(`insert into acct (k, hits, mood) values (${k_and_hits}, null) on conflict (k) do nothing`)',
  ],
  ['a placeholder for a list', "db.query('insert into acct (k, hits) values (?) on conflict (k) do nothing')"],
  [
    'a value whose type the driver gives',
    "db.query('insert into acct (k, hits) values ($1, coalesce($2, $3)) on conflict (k) do nothing')",
  ],
  [
    'a type behind a list that the program makes',
    'db.query(`insert into acct (k, hits, mood) values (${k_and_hits}, now()) on conflict (k) do nothing`)',
  ],
  ['an ambiguous call', "db.query('insert into acct (k, hits) values ($1, $2 + $3) on conflict (k) do nothing')"],
  ['a temporary table', "db.query('insert into acct (k) select k from staging on conflict (k) do nothing')"],
  [
    'a literal that the program fills in',
    "db.query(`insert into acct (k, hits) values ('${k}', '${n}') on conflict (k) do nothing`)",
  ],
  [
    'a view that is updatable',
    "db.query('insert into plain (k, hits) values ($1, $2) on conflict (k) do update set hits = plain.hits + 1')",
  ],
  [
    'RETURNING of a name in parts',
    'db.query(`insert into acct (k) values ($1) on conflict (k) do nothing returning ${prefix}_id`)',
  ],
] as const;

let report: Promise<CheckUpsertsReport> | undefined;

/** All are checked at once, by the first test that asks. */
async function of(file: string): Promise<readonly UpsertReport[]> {
  report ??= check(db, {
    ...Object.fromEntries(REFUSED.map(([what, sql]) => [`${what}.sql`, sql])),
    ...Object.fromEntries(ACCEPTED.map(([what, source]) => [`${what}.ts`, source])),
    'with.sql': WITH,
    'filled-in.ts':
      'db.query(`insert into acct (k, hits) values (${k}, ${n}) on conflict (k) do update set hits = hits + ${n}`)',
    'body.sql': `create function f(p_k text) returns void language sql begin atomic
      insert into acct (k) values (p_k) on conflict (k) do nothing;
      insert into acct (k) values (p_k) on conflict (k) do nothing; end;`,
  });
  return (await report).upserts.filter((each) => each.file.startsWith(file));
}

describe('what PostgreSQL refuses when it reads the statement is an error', () => {
  test.each(REFUSED)('%s', async (what, sql, sqlstate, fix) => {
    expect(await stateOf(sql)).toBe(sqlstate);
    expect(await of(`${what}.sql`)).toMatchObject([
      {
        status: 'error',
        code: sqlstate === '42703' ? 'MSGDB_UPSERT_COLUMN_MISSING' : 'MSGDB_UPSERT_REFUSED',
        message: expect.stringContaining(`: ${sqlstate}.`),
        fix: expect.stringMatching(fix),
      },
    ]);
  });

  test('also in a statement that begins with WITH, and in one that the program fills in', async () => {
    const ambiguous = [{ status: 'error', message: expect.stringContaining('42702') }];
    expect(await of('with.sql')).toMatchObject(ambiguous);
    expect(await of('filled-in.ts')).toMatchObject(ambiguous);
  });
});

describe('what PostgreSQL takes is no error', () => {
  test.each(ACCEPTED)('%s', async (what) => {
    const [upsert, ...more] = await of(`${what}.ts`);
    expect(more).toEqual([]);
    expect(upsert?.message ?? '').not.toMatch(/: [0-9A-Z]{5}\./);
    expect(upsert?.status).toMatch(/^(?:ok|warning)$/);
  });

  test('variables of a function are no columns, and an ambiguous column in one is an error', async () => {
    expect(await of('function public.store(')).toMatchObject([{ status: 'ok', message: null }]);
    expect(await of('function public.store_wrongly(')).toMatchObject([
      { status: 'error', message: expect.stringContaining('42702') },
    ]);
    expect(await of('body.sql')).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
  });
});

test('no function of the application is called, and nothing is written', async () => {
  const sql = `insert into acct (k, hits) values (loud('a'), 1) on conflict (k) do update set k = loud('b') || excluded.k returning loud('c')`;
  // The planner would: an immutable function of constants is called by EXPLAIN.
  await expect(db.sql.unsafe(`explain ${sql}`)).rejects.toThrow('the application was run');
  const upsert = await checkSql(db, sql);
  expect(upsert.message ?? '').not.toContain('the application was run');
  expect(upsert.arbiter).toBe('acct_k_key');
});

test('text that ends the statement is not sent', async () => {
  const { upserts } = await check(db, {
    'a.ts':
      "db.query(`insert into acct (k) values ('\\\\'') ; insert into told values ('x'); --') on conflict (k) do nothing`)",
    'b.sql': "insert into acct (k) values ($1) on conflict (k) do nothing; insert into told values ('y');",
  });
  expect(upserts.length).toBeGreaterThan(0);
  expect(await db.sql`select * from told`).toEqual([]);
});

test('a mapper of MyBatis is judged by what its statements come to, each way for itself', async () => {
  const mapper = (id: string, sql: string): string =>
    `<mapper namespace="a"><insert id="${id}">${sql}</insert></mapper>`;
  const { upserts } = await check(db, {
    'a.xml': mapper('a', 'insert into acct (k, hits) values (#{k}, 1) on conflict (k) do update set hits = hits + 1'),
    'b.xml': mapper(
      'b',
      'insert into acct (k<if test="h != null">, hits</if>) values (#{k}<if test="h != null">, #{h}</if>) on conflict <choose><when test="k">(k)</when><otherwise>(hits)</otherwise></choose> do nothing',
    ),
  });
  expect(upserts.filter(({ file }) => file.endsWith('.xml'))).toMatchObject([
    { file: 'a.xml', line: 1, status: 'error', code: 'MSGDB_UPSERT_REFUSED' },
    { file: 'b.xml', target: '(k)', status: 'ok' },
    { file: 'b.xml', target: '(hits)', status: 'error', code: 'MSGDB_ARBITER_MISSING' },
  ]);
});

describe('statements that are long', () => {
  const rows = Array.from({ length: 2_000 }, (_, place) => `('key ${place}', ${place})`).join(', ');

  test('are read to their end', async () => {
    const insert = `insert into acct (k, hits) values ${rows}`;
    expect(await checkSql(db, `${insert} on conflict (k) do nothing`)).toMatchObject({ status: 'ok' });
    expect(await checkSql(db, `${insert} on conflict (k) do update set hits = hits + 1`)).toMatchObject({
      status: 'error',
      message: expect.stringContaining('42702'),
    });
    expect(await checkSql(db, `${insert}, ('one') on conflict (k) do nothing`)).toMatchObject({
      status: 'error',
      message: expect.stringContaining('42601'),
    });
    expect(await checkSql(db, `${insert} on conflict (k) do nothing returning nothing_of_it`)).toMatchObject({
      status: 'error',
      message: expect.stringContaining('42703'),
    });
  });

  test('are not resolved where PostgreSQL or msgdb gives them up; what is wrong with the target stays an error', async () => {
    const deep = `insert into acct (k, hits) values ('a', ${'1 + '.repeat(6_000)}1)`;
    const long = `insert into acct (k, hits) values ('${'a long text\n'.repeat(90_000)}', 1)`;
    for (const [insert, reason] of [
      [deep, /nested too deeply/],
      [long, /longer than 1,000,000 characters/],
    ] as const) {
      expect(await checkSql(db, `${insert} on conflict (k) do nothing`)).toMatchObject({
        status: 'unresolved',
        target: '(k)',
        arbiter: 'acct_k_key',
        message: expect.stringMatching(reason),
      });
      expect(await checkSql(db, `${insert} on conflict (hits) do nothing`)).toMatchObject({
        status: 'error',
        code: 'MSGDB_ARBITER_MISSING',
      });
    }
  });

  test('of functions may name more variables than one would count', async () => {
    const body = (names: number): string =>
      `create function f() returns void language plpgsql as $$ begin insert into acct (k, hits) values ${Array.from({ length: names }, (_, place) => `('a', v_${place})`).join(', ')} on conflict (k) do update set hits = hits + 1; end $$`;
    expect(await checkSql(db, body(100))).toMatchObject({ status: 'error', message: expect.stringContaining('42702') });
    expect(await checkSql(db, body(300))).toMatchObject({
      status: 'unresolved',
      message: expect.stringContaining('more than 200 names'),
    });
  });

  test('a statement that PostgreSQL cannot read is not resolved, unless a program puts a part into it', async () => {
    const update = 'insert into acct (k) values ($1) on conflict (k) do update set hits =';
    expect(await checkSql(db, `${update} = 1`)).toMatchObject({
      status: 'unresolved',
      message: expect.stringMatching(/cannot read the statement .*syntax error at or near "="/),
    });
    const report = await check(db, {
      'a.py': 'q("insert into acct (k) values %s on conflict (k) do nothing")',
    });
    expect(report.upserts[0]).toMatchObject({ file: 'a.py', status: 'ok' });
  });
});
