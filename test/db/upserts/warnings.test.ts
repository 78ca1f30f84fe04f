import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { makeProject } from '../../support/cli.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { check, checkFolder, checkSql } from './check.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table account (id serial primary key, user_id integer not null, waba_id text not null, token text,
                            unique (user_id, waba_id), unique (token));
      create table soft (id uuid primary key default gen_random_uuid(), a text, b text not null, unique (a));
      create table constant (name text primary key default 'only', n integer not null);
      create table bare (a integer);
      create table sale (ext text unique, total integer);
      create table sale_default (ext text default 'x' unique, total integer);
      create domain numbered as text default 'x';
      create table sale_domain (ext numbered unique, total integer);
      create table sale_trigger (ext text unique, total integer);
      create function fill() returns trigger language plpgsql as $$ begin new.ext := 'x'; return new; end $$;
      create trigger fill before insert on sale_trigger for each row execute function fill();
      create table sale_one (ext text unique nulls not distinct, total integer);
      create function store() returns void language plpgsql as $$
      begin
        insert into bare (a) values (1) on conflict (a) do nothing;
      end $$;
      create schema app;
      create table app.users (email text not null unique);
      create table app.account (email text not null unique)`)
    .simple();
});

test.each([
  [
    'a nullable key',
    'insert into soft (a) values ($1) on conflict (a) do nothing',
    'MSGDB_UPSERT_NULLABLE_KEY',
    /set not null/,
  ],
  [
    'an owner that is set',
    'insert into account (user_id, waba_id, token) values ($1, $2, $3) on conflict (token) do update set user_id = $1',
    'MSGDB_UPSERT_NULLABLE_KEY',
    /token/,
  ],
  [
    'a key that is changed',
    'insert into account (user_id, waba_id) values ($1, $2) on conflict (user_id, waba_id) do update set waba_id = account.waba_id || 1',
    'MSGDB_UPSERT_ASSIGNS_KEY',
    /Remove waba_id from/,
  ],
  [
    'no target beside several keys',
    'insert into account (user_id, waba_id, token) values ($1, $2, $3) on conflict do nothing',
    'MSGDB_UPSERT_HIDES_CONFLICTS',
    /ON CONFLICT \(/,
  ],
  [
    'another key that may be met',
    'insert into account (user_id, waba_id, token) values ($1, $2, $3) on conflict (user_id, waba_id) do nothing',
    'MSGDB_UPSERT_OTHER_UNIQUE',
    /23505/,
  ],
  [
    'MERGE without an index',
    'merge into bare b using s on b.a = s.a when not matched then insert values (s.a)',
    'MSGDB_UPSERT_MERGE',
    /Make \(a\) unique/,
  ],
])('%s is a warning', async (_what, sql, code, fix) => {
  expect(await checkSql(db, sql)).toMatchObject({ status: 'warning', code, fix: expect.stringMatching(fix) });
});

test('a lookup with conditions beside the key asks for a partial index, and no migration is written for it', async () => {
  const files = {
    'schema.prisma': 'model Soft {\n  b String @id\n  @@map("soft")\n}\n',
    'a.ts': `async function f(b) {
      const found = await prisma.soft.findFirst({ where: { b, closedAt: null } });
      return found ?? prisma.soft.create({ data: { b } });
    }`,
  };
  const workingDir = await makeProject(files);
  const report = await checkFolder(db, workingDir, { writeMigrations: true });
  expect(report.upserts.find(({ file }) => file === 'a.ts')).toMatchObject({
    code: 'MSGDB_UPSERT_CHECK_THEN_INSERT',
    fix: expect.stringMatching(/\(b\) unique among the rows .* partial index.* ON CONFLICT \(b\) WHERE/),
  });
  expect((report.created ?? []).filter((file) => file.includes('soft'))).toEqual([]);
});

test.each([
  [
    'a key that is set to what it is',
    'insert into account (user_id, waba_id) values ($1, $2) on conflict (user_id, waba_id) do update set waba_id = excluded.waba_id, user_id = $1',
  ],
  [
    'MERGE by a unique key',
    'merge into account a using s on a.user_id = s.u and a.waba_id = s.w when not matched then insert (user_id) values (1)',
  ],
  ['a key with a constant default', 'insert into constant (n) values (1) on conflict (name) do nothing'],
  [
    'no target where one key can be met',
    'insert into account (user_id, waba_id) values ($1, $2) on conflict do nothing',
  ],
])('%s is fine', async (_what, sql) => {
  expect(await checkSql(db, sql)).toMatchObject({ status: 'ok', code: null });
});

test('a key that is made new for each row never conflicts', async () => {
  const upsert = await checkSql(db, 'insert into soft (b) values ($1) on conflict (id) do update set b = excluded.b');
  expect(upsert).toMatchObject({ status: 'error', code: 'MSGDB_UPSERT_NEVER_CONFLICTS' });
});

test.each([
  [
    'sale',
    'each row that leaves the key out has NULL in it: no two are the same',
    'MSGDB_UPSERT_NEVER_CONFLICTS',
    'error',
  ],
  ['sale_default', 'a default gives the key', null, 'ok'],
  ['sale_domain', 'the default of a domain gives the key', null, 'ok'],
  ['sale_trigger', 'a trigger may give the key', 'MSGDB_UPSERT_NULLABLE_KEY', 'warning'],
  ['sale_one', 'two NULLs are the same', null, 'ok'],
])('%s: %s', async (table, _what, code, status) => {
  const sql = `insert into ${table} (total) values ($1) on conflict (ext) do nothing`;
  expect(await checkSql(db, sql)).toMatchObject({ status, code });
  const report = await check(db, { 'a.sql': sql, 'migrations/.keep': '' }, { withPending: true, paths: ['a.sql'] });
  expect(report.upserts[0]).toMatchObject({ status, code });
});

test('a function in the database is checked with the source, by its own name and line', async () => {
  const report = await check(db, {});
  expect(report.upserts).toMatchObject([{ file: 'function public.store()', line: 3, code: 'MSGDB_ARBITER_MISSING' }]);
  expect(report.findings[0]?.data).toMatchObject({ function: 'public.store()', line: 3 });
});

test('a table is looked for on the search path; one elsewhere is not guessed', async () => {
  expect(await checkSql(db, 'insert into app.users values ($1) on conflict (email) do nothing')).toMatchObject({
    status: 'ok',
  });
  expect(await checkSql(db, 'insert into users values ($1) on conflict (email) do nothing')).toMatchObject({
    status: 'unresolved',
    message: 'users is not on the search path; it is in app: use --schema app',
  });
  expect(await checkSql(db, 'insert into account values ($1) on conflict (email) do nothing')).toMatchObject({
    code: 'MSGDB_UPSERT_COLUMN_MISSING',
  });
  expect(await checkSql(db, 'insert into nowhere values ($1) on conflict (email) do nothing')).toMatchObject({
    status: 'unresolved',
    message: 'the database has no table nowhere',
  });
});

const BROKEN = { 'a.sql': 'insert into bare (a) values (1) on conflict (a) do nothing;' };

test('a baseline takes out what it knows, wherever it moves to, and nothing else', async () => {
  const folder = await makeProject(BROKEN);
  const options = { baseline: 'known.json', updateBaseline: true };
  expect(await checkFolder(db, folder, options)).toMatchObject({ verdict: 'ok', created: ['known.json'] });
  const moved = await makeProject({
    'a.sql': `select 1;\n\n${BROKEN['a.sql']}`,
    'b.sql': BROKEN['a.sql'],
    'known.json': await readFile(join(folder, 'known.json'), 'utf8'),
  });
  const report = await checkFolder(db, moved, { baseline: 'known.json' });
  expect(report.findings.map(({ data }) => data?.file)).toEqual(['b.sql']);
  expect(report.upserts.find(({ file }) => file === 'a.sql')).toMatchObject({ line: 3, ignored: 'baseline' });
});

test('a baseline that is not one is refused', async () => {
  await expect(check(db, { 'known.json': '{}' }, { baseline: 'known.json' })).rejects.toMatchObject({
    code: 'MSGDB_USAGE',
  });
  await expect(check(db, {}, { baseline: 'none.json' })).rejects.toMatchObject({ code: 'MSGDB_USAGE' });
});

test('a comment with a reason takes an upsert out', async () => {
  const upsert = await checkSql(db, `-- msgdb-ignore: made at night\n${BROKEN['a.sql']}`);
  expect(upsert).toMatchObject({ status: 'error', ignored: 'made at night' });
});

test('missing rules are written as migrations, one a table and key', async () => {
  const folder = await makeProject({ ...BROKEN, 'b.sql': BROKEN['a.sql'] });
  const report = await checkFolder(db, folder, { writeMigrations: true });
  expect(report.created).toEqual(['migrations/0001-unique-bare-a.ts']);
  expect(await readdir(join(folder, 'migrations'))).toEqual(['0001-unique-bare-a.ts']);
  expect(await readFile(join(folder, 'migrations/0001-unique-bare-a.ts'), 'utf8')).toContain(
    "table: 'bare',\n      key: ['a'],",
  );
  expect((await checkFolder(db, folder, { writeMigrations: true })).created).toEqual([]);
});

test("a constraint's name that is not there: the columns of the nearest one", async () => {
  const by = async (name: string) =>
    await checkSql(
      db,
      `insert into account (user_id, token) values ($1, $2) on conflict on constraint ${name} do nothing`,
    );
  expect((await by('account_user_id_waba_key')).fix).toBe(
    'Insert waba_id too, and write ON CONFLICT (user_id, waba_id).',
  );
  expect((await by('nothing_of_the_kind')).fix).toBe('Write the columns instead, such as ON CONFLICT (token).');
});

test('a parameter of the target is shown by its own number, and the fix of a nullable key is one sentence', async () => {
  const sql = 'insert into soft (a, b) values ($1, $2) on conflict (a) where b = $3 do nothing';
  expect(await checkSql(db, sql)).toMatchObject({
    target: '(a) WHERE b = $3',
    fix: 'If it is never NULL, say so (alter table soft alter column a set not null); if two NULLs are the same, make the index NULLS NOT DISTINCT (PostgreSQL 15 or newer).',
  });
});

test('a path that is not there is refused', async () => {
  await expect(check(db, {}, { paths: ['nowhere'] })).rejects.toMatchObject({ code: 'MSGDB_USAGE' });
});

test('nothing in the database is changed', async () => {
  const before = await fingerprint(db.sql);
  await check(db, { 'a.sql': 'insert into account (id) values (1) on conflict (id) do nothing; drop table account;' });
  expect(await fingerprint(db.sql)).toEqual(before);
});
