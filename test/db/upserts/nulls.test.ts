import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { check, checkSql } from './check.ts';

// A warning of NULL in a key is for rows that can be inserted twice; each case is tried on the server as well.

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create domain present as text not null;
      create domain filled as text check (value is not null and value <> '');
      create table plain (k text unique, a text, b integer, unique (a, b));
      create table checked (k text unique check (k is not null), n integer);
      create table pair (a text, b text, n integer, unique (a, b), check (a is not null and length(b) > 0 and b is not null));
      create table counted (a text, b text, unique (a, b), check (num_nonnulls(a, b) = 2));
      create table either (a text, b text, unique (a, b), check (a is not null or b is not null));
      create table short (k text unique check (length(k) < 10));
      create table emptied (k text unique check (coalesce(k, '') <> ''));
      create table domained (k present unique);
      create table checked_domain (k filled unique);
      create table enforced (k text unique, constraint later check (k is not null) not valid);
      create table part (k text, live boolean, kind text, kind_id integer);
      create unique index part_k on part (k) where k <> '' and live;
      create unique index part_kind on part (kind) where kind_id > 0;
      create unique index part_kind_id on part (kind_id) where kind_id is null or kind_id > 0;
      create table person (id bigint generated always as identity primary key, name text not null, org integer);
      create unique index person_name on person (lower(name));
      create table owned (id integer primary key, token text not null unique, user_id integer, org_id integer, unique (user_id, token))`)
    .simple();
});

test.each([
  ['a constant', "insert into plain (k) values ('a'), ('b') on conflict (k) do nothing"],
  ['a constant of another type', "insert into plain (a, b) values ('a', 1 + 1) on conflict (a, b) do nothing"],
  ['coalesce with a constant', "insert into plain (k) values (coalesce($1, '')) on conflict (k) do nothing"],
  ['a function of one', "insert into plain (k) values (lower(coalesce($1, 'X')) || '-') on conflict (k) do nothing"],
  ['the time', 'insert into plain (k) values (now()::text) on conflict (k) do nothing'],
  [
    'a selected constant',
    "insert into plain (a, b) select 'a', b from plain where b is not null on conflict (a, b) do nothing",
  ],
  [
    'a compared column',
    "insert into plain (a, b) select 'a', p.b from plain p where p.b > 1 and k = 'x' on conflict (a, b) do nothing",
  ],
  [
    'a CASE of constants',
    "insert into plain (k) values (case when $1 then 'a' else 'b' end) on conflict (k) do nothing",
  ],
  ['a CHECK', 'insert into checked (k) values ($1) on conflict (k) do nothing'],
  ['a CHECK of two columns', 'insert into pair (a, b) values ($1, $2) on conflict (a, b) do nothing'],
  ['a CHECK that counts', 'insert into counted (a, b) values ($1, $2) on conflict (a, b) do nothing'],
  ['a CHECK of coalesce', 'insert into emptied (k) values ($1) on conflict (k) do nothing'],
  ['a CHECK that is NOT VALID', 'insert into enforced (k) values ($1) on conflict (k) do nothing'],
  ['a domain that is NOT NULL', 'insert into domained (k) values ($1) on conflict (k) do nothing'],
  ['a domain with a CHECK', 'insert into checked_domain (k) values ($1) on conflict (k) do nothing'],
  ['a predicate', "insert into part (k, live) values ($1, true) on conflict (k) where k <> '' and live do nothing"],
])('%s keeps NULL out of the key: no warning', async (_what, sql) => {
  expect(await checkSql(db, sql)).toMatchObject({ code: null, status: 'ok' });
});

test.each([
  ['a parameter', 'insert into plain (k) values ($1) on conflict (k) do nothing', /^k of/],
  ['one row of two', "insert into plain (k) values ('a'), ($1) on conflict (k) do nothing", /^k of/],
  ['NULL itself', 'insert into plain (k) values (null) on conflict (k) do nothing', /^k of/],
  ['coalesce of parameters', 'insert into plain (k) values (coalesce($1, $2)) on conflict (k) do nothing', /^k of/],
  ['a part of a document', "insert into plain (k) values ('{}'::jsonb ->> 'k') on conflict (k) do nothing", /^k of/],
  ['one column of two', "insert into plain (a, b) values ('a', $1) on conflict (a, b) do nothing", /^b of/],
  [
    'a selected column',
    "insert into plain (a, b) select 'a', b from plain where k is not null on conflict (a, b) do nothing",
    /^b of/,
  ],
  ['a column of a UNION', "insert into plain (k) select 'a' union select null on conflict (k) do nothing", /^k of/],
  [
    'a CASE without ELSE',
    "insert into plain (k) values (case when $1 then 'a' end) on conflict (k) do nothing",
    /^k of/,
  ],
  // A CHECK that comes to NULL is met.
  ['a CHECK that NULL meets', 'insert into short (k) values ($1) on conflict (k) do nothing', /^k of/],
  ['a CHECK with OR', 'insert into either (a, b) values ($1, $2) on conflict (a, b) do nothing', /^a and b of/],
  [
    'a predicate on a column of a like name',
    'insert into part (kind) values ($1) on conflict (kind) where kind_id > 0 do nothing',
    /^kind of/,
  ],
  [
    'a predicate that takes NULL',
    'insert into part (kind_id) values ($1) on conflict (kind_id) where kind_id is null or kind_id > 0 do nothing',
    /^kind_id of/,
  ],
])('%s may be NULL: a warning', async (_what, sql, message) => {
  expect(await checkSql(db, sql)).toMatchObject({
    code: 'MSGDB_UPSERT_NULLABLE_KEY',
    status: 'warning',
    message: expect.stringMatching(message),
  });
});

test('a unique index on an expression of the key keeps a second row out', async () => {
  const lookup = (columns: string, condition: string): string =>
    `package a\nfunc f() {\n\tdb.QueryRow("SELECT id FROM person WHERE ${condition}", n)\n\tdb.Exec("INSERT INTO person (${columns}) VALUES ($1, $2)", n)\n}`;
  const report = await check(db, {
    'by-name.go': lookup('name', 'name = $1'),
    'by-both.go': lookup('name, org', 'name = $1 AND org = $2'),
    'by-org.go': lookup('org', 'org = $1'),
  });
  expect(report.upserts.map(({ file, status, arbiter }) => [file, status, arbiter])).toEqual([
    ['by-both.go', 'ok', 'person_name'],
    ['by-name.go', 'ok', 'person_name'],
    ['by-org.go', 'warning', null],
  ]);
});

test('a target that is advised in place of one that sets the owner has an index, or the fix asks for one', async () => {
  const set = (column: string): string =>
    `insert into owned (id, token, ${column}) values ($1, $2, $3) on conflict (token) do update set ${column} = excluded.${column}`;
  expect((await checkSql(db, set('user_id'))).fix).toBe(
    'Remove user_id from DO UPDATE SET, or into the key: ON CONFLICT (user_id, token).',
  );
  expect((await checkSql(db, set('org_id'))).fix).toBe(
    'Remove org_id from DO UPDATE SET, or into the key: make (org_id, token) unique, and write ON CONFLICT (org_id, token).',
  );
});
