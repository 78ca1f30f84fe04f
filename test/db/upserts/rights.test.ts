import { beforeAll, describe, expect, test } from 'vitest';
import { verify } from '../../../src/commands/verify/verify.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { type TestRole, useDatabase } from '../../support/database.ts';
import { check, checkSql } from './check.ts';

// What is seen with the rights of a role that may do less than the application: never more than is known.

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table plain (a integer not null unique, b integer);
      create table late (a integer not null, b integer, constraint late_a unique (a) deferrable);
      create table twice (a integer not null unique, constraint twice_late unique (a) deferrable);
      create table loose (a integer unique, b integer);
      create table kinds (a text not null, kind text, other text);
      create unique index kinds_a on kinds (a) where kind = 'a';
      create table many (a text not null, kind text);
      create unique index many_a on many (a) where kind = 'a';
      create unique index many_b on many (a) where kind = 'b';
      create schema shut;
      create table shut.door (a integer not null unique);
      create function shut.norm(text) returns text language sql immutable as 'select lower($1)';
      create unique index kinds_norm on kinds (shut.norm(other));
      create view shown as select a, b from plain`)
    .simple();
});

const LOOKER = { grants: ['select on all tables in schema public', 'select on shut.door'] };

const ROLES: readonly (readonly [string, string, readonly string[]])[] = [
  ['may only read', 'looker', LOOKER.grants],
  [
    'may insert into some columns only',
    'filler',
    [...LOOKER.grants, ...['plain', 'late', 'twice', 'loose', 'kinds'].map((table) => `insert (a) on ${table}`)],
  ],
  ['may insert and not read', 'writer', ['insert on all tables in schema public']],
  ['may do nothing', 'nobody', []],
];

describe.each(ROLES)('a role that %s', (_what, name, grants) => {
  let role: TestRole;

  beforeAll(async () => {
    role = await db.createRole(name, { grants });
  });

  test.each([
    ['insert into plain (a) values (1) on conflict (a) do nothing', { status: 'ok', arbiter: 'plain_a_key' }],
    ['insert into plain (a) values (1) on conflict (b) do nothing', { status: 'error', code: 'MSGDB_ARBITER_MISSING' }],
    [
      'insert into late (a) values (1) on conflict (a) do nothing',
      { status: 'error', code: 'MSGDB_UPSERT_DEFERRABLE' },
    ],
    ['insert into late (a) values (1) on conflict do nothing', { status: 'error', code: 'MSGDB_UPSERT_DEFERRABLE' }],
    [
      'insert into twice (a) values (1) on conflict (a, a) do nothing',
      { status: 'error', code: 'MSGDB_UPSERT_DEFERRABLE' },
    ],
    [
      'insert into loose (a) values ($1) on conflict (a) do nothing',
      { status: 'warning', code: 'MSGDB_UPSERT_NULLABLE_KEY', arbiter: 'loose_a_key' },
    ],
    [
      "insert into kinds (a) values ('k') on conflict (a) where kind = 'a' do nothing",
      { status: 'ok', arbiter: 'kinds_a' },
    ],
    [
      "insert into kinds (a) values ('k') on conflict (a) do nothing",
      { status: 'error', code: 'MSGDB_UPSERT_PREDICATE_MISSING' },
    ],
  ])('gets the same verdict as its superuser: %s', async (sql, expected) => {
    expect(await checkSql(db, sql)).toMatchObject(expected);
    expect(await checkSql(role, sql)).toMatchObject(expected);
  });

  test('learns that one of several indexes serves, and what would name it', async () => {
    const sql = "insert into many (a) values ('k') on conflict (a) where kind = 'b' do nothing";
    expect(await checkSql(db, sql)).toMatchObject({ arbiter: 'many_b' });
    expect(await checkSql(role, sql)).toMatchObject({
      status: 'unresolved',
      arbiter: null,
      message:
        'one of many_a, many_b serves it, and this role may not see which: grant select, insert on public.many to the role',
    });
  });

  test('learns that nothing is known where it may not use the schema, whatever the target', async () => {
    for (const target of ['', '(a)', '(nope)', 'on constraint door_a_key']) {
      expect(
        await checkSql(role, `insert into shut.door (a) values (1) on conflict ${target} do nothing`),
      ).toMatchObject({
        status: 'unresolved',
        message: 'this role may not use the schema shut, where door is: grant usage on schema shut to the role',
      });
    }
    expect(await checkSql(role, 'insert into door (a) values (1) on conflict (a) do nothing')).toMatchObject({
      status: 'unresolved',
      message: 'this role may not use the schema shut, where door is: grant usage on schema shut to the role',
    });
  });

  test('learns that nothing is known where the target itself names what it may not use', async () => {
    const sql = "insert into kinds (a) values ('k') on conflict (shut.norm(other)) do nothing";
    expect(await checkSql(db, sql)).toMatchObject({ arbiter: 'kinds_norm' });
    expect(await checkSql(role, sql)).toMatchObject({
      status: 'unresolved',
      message: expect.stringMatching(/^Permission denied for schema shut\. .*grant/i),
    });
  });
});

test('a view of a table that the role may not insert into: an index is found, and none is named', async () => {
  const role = await db.createRole('viewer', LOOKER);
  const sql = 'insert into shown (a) values (1) on conflict (a) do nothing';
  expect(await checkSql(db, sql)).toMatchObject({ status: 'ok', arbiter: 'plain_a_key' });
  expect(await checkSql(role, sql)).toMatchObject({
    status: 'unresolved',
    message: 'an index serves it, and this role may not see which: grant select, insert on public.shown to the role',
  });
});

test('many targets are asked for as one with few rights', async () => {
  const role = await db.createRole('many', LOOKER);
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [
      `${at}.sql`,
      `insert into kinds (a) values ('k') on conflict (a) where kind = 'a' and other = '${at}' do nothing`,
    ]),
  );
  const { upserts } = await check(role, files);
  expect(upserts.map(({ status, arbiter }) => `${status} ${arbiter}`)).toEqual(Array(20).fill('ok kinds_a'));
});

describe('verify', () => {
  async function arbiterCheck(role: { readonly url: string }, rule: Parameters<typeof uniqueKey>[0]) {
    const report = await verify(await makeContext(role), { rule: uniqueKey(rule) });
    return { check: report.checks.find(({ id }) => id.endsWith('/arbiter')), upserts: report.upserts };
  }

  test.each(['its superuser', 'a role that may only read'])('%s sees the arbiter', async (who) => {
    const role = who === 'its superuser' ? db : await db.createRole('reader', LOOKER);
    expect((await arbiterCheck(role, { table: 'plain', key: ['a'] })).check).toMatchObject({
      status: 'ok',
      detail: 'ON CONFLICT (a) resolves to plain_a_key',
    });
    expect((await arbiterCheck(role, { table: 'many', key: ['a'], where: "kind = 'b'" })).check).toMatchObject({
      status: 'ok',
    });
    expect((await arbiterCheck(role, { table: 'plain', key: ['b'] })).check).toMatchObject({
      status: 'failed',
      code: 'MSGDB_ARBITER_MISSING',
    });
  });

  test.each(['its superuser', 'a role that may only read'])('%s sees that an arbiter is DEFERRABLE', async (who) => {
    const role = who === 'its superuser' ? db : await db.createRole('reader_too', LOOKER);
    for (const table of ['late', 'twice']) {
      const { check: judged, upserts } = await arbiterCheck(role, { table, key: ['a'] });
      expect(judged).toMatchObject({
        status: 'failed',
        code: 'MSGDB_UPSERT_DEFERRABLE',
        detail: expect.stringContaining(`${table}_`),
      });
      expect(upserts).toEqual([]);
    }
  });

  test('a schema that the role may not use is an error, and says what to grant', async () => {
    const role = await db.createRole('outside', LOOKER);
    await expect(arbiterCheck(role, { table: 'shut.door', key: ['a'] })).rejects.toMatchObject({
      code: 'MSGDB_PERMISSION_DENIED',
      message: 'Permission denied for schema shut.',
    });
  });
});
