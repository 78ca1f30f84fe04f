import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { connect, withDatabase, withLogin } from '../support/database-url.ts';
import { fingerprint } from '../support/fingerprint.ts';

const db = useDatabase();

test('a test file has a database of its own, of the version that was asked for', async () => {
  const [row] = await db.sql`select current_database() as name, current_setting('server_version') as version`;
  expect(row?.name).toBe(db.name);
  if (process.env.POSTGRES_VERSION && !process.env.TEST_DATABASE_URL) {
    expect(row?.version.split('.')[0]).toBe(process.env.POSTGRES_VERSION);
  }
});

test('the database is empty again after a reset, under the same URL', async () => {
  await db.sql`create table left_over ()`;
  await db.sql`create schema msgdb`;
  await db.reset();
  const [row] = await db.sql`select to_regclass('left_over') as relation, to_regnamespace('msgdb') as schema`;
  expect(row).toEqual({ relation: null, schema: null });
});

test('a reset names the connection that was left open', async () => {
  const forgotten = connect(db.url);
  await forgotten`select 'forgotten'`;
  await expect(db.reset(500)).rejects.toThrow(/left open.*forgotten/s);
  await forgotten.end();
  await db.reset();
});

test('a role has what it was granted and nothing else', async () => {
  await db.sql`create table seen as select 1 as id`;
  await db.sql`create table hidden as select 1 as id`;
  const role = await db.createRole('reader', { grants: ['select on seen'] });
  const reader = db.open({ url: role.url });
  expect(await reader`select id from seen`).toEqual([{ id: 1 }]);
  await expect(reader`select id from hidden`).rejects.toMatchObject({ code: '42501' });
});

describe('the fingerprint', () => {
  test('is the same when nothing was written, and names what was', async () => {
    await db.reset();
    await db.sql.unsafe(`
      create extension citext;
      create table chats (id bigint generated always as identity primary key, t text, "Odd""name" citext default 'x');
      insert into chats (t) select n::text from generate_series(1, 100) n;
      create unique index on chats (lower(t)) where t <> '';
      create materialized view totals as select count(*) from chats;
      create schema msgdb;
      create table msgdb.runs ()`);
    const before = await fingerprint(db.sql, { physical: true });
    expect(await fingerprint(db.sql, { physical: true })).toEqual(before);

    await db.sql`update chats set t = '1' where t = '1'`;
    const logical = await fingerprint(db.sql);
    expect((await fingerprint(db.sql, { physical: true })).filter((line) => !before.includes(line))).toEqual([
      expect.stringMatching(/^rows public\.chats \{"count":100,/),
    ]);

    await db.sql`delete from chats where t = '1'`;
    await db.sql`create index concurrently chats_t on chats (t)`;
    const changes = (await fingerprint(db.sql)).filter((line) => !logical.includes(line));
    expect(changes).toEqual([
      expect.stringMatching(/^index CREATE INDEX chats_t /),
      expect.stringMatching(/^relation chats_t i /),
      expect.stringMatching(/^rows public\.chats \{"count":99,/),
    ]);
  });
});

test('the URL of a socket and of a host keep everything but what is replaced', () => {
  const socket = 'postgresql://postgres@/postgres?host=%2Ftmp%2Fx&port=5432';
  expect(withDatabase(socket, 'a b')).toBe('postgresql://postgres@/a%20b?host=%2Ftmp%2Fx&port=5432');
  expect(withLogin(socket, 'me', 'p/w')).toBe('postgresql://me:p%2Fw@/postgres?host=%2Ftmp%2Fx&port=5432');
  expect(withDatabase('postgres://u:p@localhost:5433', 'x')).toBe('postgres://u:p@localhost:5433/x');
});
