// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source of programs that are checked
import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { check, checkSql } from './check.ts';

// Placeholders of the tools that keep statements in .sql files: none of them is a function, a column or a name.

const db = useDatabase();

beforeAll(async () => {
  await db.sql.unsafe(
    `create table acct (id bigint generated always as identity primary key, k text not null unique, hits integer, doc jsonb)`,
  );
});

const PLACEHOLDERS = [
  ['sqlc, named', 'sqlc.arg(account_key)', 'sqlc.narg(hits)'],
  ['sqlc, quoted', "sqlc.arg('account_key')::text", "sqlc.narg('hits')::integer"],
  ['sqlc, short', '@account_key', '@hits::integer'],
  ['pggen', "pggen.arg('account_key')", "pggen.arg('hits')"],
  ['numbers with types', '$1::text', '$2::integer'],
  ['JPA', '?1', '?2'],
  ['JDBC', '?', '?::integer'],
  ['Yesql', ':account-key', ':hits'],
  ['HugSQL', ':v:account-key', ':value:acct.hits'],
  ['PgTyped', ':accountKey!', ':hits'],
  ['aiosql', ':account_key', ':hits'],
  ['psql', ":'account_key'", ':hits'],
  ['psycopg', '%(account_key)s', '%s'],
  ['MyBatis', '#{accountKey,jdbcType=VARCHAR}', '#{hits}'],
  ['Flyway', "'${account_key}'", '${hits}'],
  ['pg-promise', '$<accountKey>', '$(hits:raw)'],
] as const;

test.each(PLACEHOLDERS)('placeholders of %s are parameters', async (_tool, key, hits) => {
  const upsert = (set: string): string =>
    `-- name: StoreAccount :one\ninsert into acct (k, hits) values (${key}, ${hits}) on conflict (k) do update set ${set} returning id;`;
  expect(await checkSql(db, upsert(`hits = coalesce(${hits}, acct.hits)`))).toMatchObject({
    status: 'ok',
    target: '(k)',
    code: null,
  });
  expect(await checkSql(db, upsert('hits = hits + 1'))).toMatchObject({
    status: 'error',
    message: expect.stringContaining('42702'),
  });
});

test('names that a tool puts in are not resolved, and rows that it puts in are not read', async () => {
  const statements = [
    'insert into :i:table (k) values (:v:k) on conflict (k) do nothing',
    'insert into :"table" (k) values (:k) on conflict (k) do nothing',
    'insert into ${schema}.acct (k) values (${k}) on conflict (k) do nothing',
    'insert into $<schema:name>.acct (k) values ($<k>) on conflict (k) do nothing',
    'insert into acct (k) values ($1) on conflict (:i:key) do nothing',
    'insert into acct (k, hits) values :t*:rows on conflict (k) do nothing',
    'insert into acct (k, hits) values :rows! on conflict (k) do nothing',
    'insert into acct (k, hits) values $1:csv on conflict (k) do nothing',
  ];
  const { upserts } = await check(db, { 'a.sql': statements.join(';\n') });
  expect(upserts.map(({ status }) => status)).toEqual([...Array(5).fill('unresolved'), ...Array(3).fill('ok')]);
});

test('operators that look like placeholders are not', async () => {
  for (const value of [
    'b.hits - b.id',
    "(b.doc ->> 'a')::integer",
    "(b.doc ? 'a')::integer",
    'array_length((array[1])[1:b.hits], 1)',
  ]) {
    const sql = `insert into acct (k, hits) select 'x', ${value} from acct b on conflict (k) do nothing`;
    expect(await checkSql(db, sql)).toMatchObject({ status: 'ok' });
  }
  expect(
    await checkSql(
      db,
      "insert into acct (k) values ('a') on conflict (k) do update set hits = acct.hits - nothing_of_it",
    ),
  ).toMatchObject({ code: 'MSGDB_UPSERT_COLUMN_MISSING' });
});
