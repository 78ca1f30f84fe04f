import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { check } from './check.ts';

const db = useDatabase();
const TARGET = { 'a.sql': 'insert into t (id) values ($1) on conflict (id) do nothing' };

/** Making the index folds f(1), which PostgreSQL takes for immutable, and so runs g. */
const INDEX = `
  create function f(integer) returns integer language plpgsql immutable as $f$ begin return public.g($1); end $f$;
  create table public.t (id integer not null primary key);
  create index folded on t (id) where f(1) = id;`;

const attack = (mark: string): string => `
  create or replace function g(integer) returns integer language plpgsql as $g$
  begin
    copy (select 1) to program 'touch ${mark}';
    return 1;
  end $g$;`;

let mark = '';

beforeEach(async () => {
  mark = join(tmpdir(), `msgdb-attack-${process.pid}-${Math.random().toString(36).slice(2)}`);
  onTestFinished(() => rm(mark, { force: true }));
  await db.sql.unsafe('drop schema public cascade; create schema public').simple();
});

test('code of the database starts no program where its schema is copied', async () => {
  await db.sql
    .unsafe(`create function g(integer) returns integer language sql as 'select 1'; ${INDEX} ${attack(mark)}`)
    .simple();
  const report = await check(db, { ...TARGET, 'migrations/.keep': '' }, { withPending: true });
  expect(existsSync(mark)).toBe(false);
  expect(report.upserts).toMatchObject([{ status: 'ok', arbiter: 't_pkey' }]);
  expect(report.skipped).toMatchObject([{ reason: expect.stringMatching(/folded.*Permission denied to COPY/) }]);
});

test('code of a dump starts no program, whichever way it asks for the rights of the server', async () => {
  const dump = `
    ${attack(mark)} ${INDEX}
    set role postgres;
    set session authorization postgres;
    alter role current_user superuser;
    grant pg_execute_server_program to current_user;
    create extension file_fdw;
    create extension dblink;
    create function evil() returns void language plpython3u as 'pass';
    copy (select 1) to program 'touch ${mark}';`;
  const report = await check(db, { ...TARGET, 'schema.sql': dump }, { schemaFile: 'schema.sql', paths: ['a.sql'] });
  expect(existsSync(mark)).toBe(false);
  expect(report.upserts).toMatchObject([{ status: 'ok', arbiter: 't_pkey' }]);
  expect(report.summary).toMatch(/, \d+ parts of the schema left out/);
  const broken = { 'schema.sql': `${INDEX}; alter table missing add x int;` };
  const strict = { schemaFile: 'schema.sql', paths: ['a.sql'], strict: true };
  expect(await check(db, { ...TARGET, ...broken }, strict)).toMatchObject({
    verdict: 'findings',
    summary: expect.stringContaining(' of the schema left out'),
    findings: expect.arrayContaining([expect.objectContaining({ code: 'MSGDB_SOURCE_NOT_READ' })]),
  });
  const said = report.skipped.map(({ reason }) => reason).join('\n');
  for (const each of ['folded', 'session authorization', 'file_fdw', 'dblink', 'evil', 'copy (select 1)']) {
    expect(said).toContain(each);
  }
});

test('a pending migration starts no program', async () => {
  const migration = `copy (select 1) to program 'touch ${mark}';`;
  await db.sql.unsafe('create table t (id integer primary key)');
  const files = { ...TARGET, 'migrations/0001-a.sql': migration, 'migrations/0001-a.down.sql': 'select 1;' };
  await expect(check(db, files, { withPending: true, paths: ['a.sql'] })).rejects.toMatchObject({
    code: 'MSGDB_MIGRATION_FAILED',
    message: expect.stringContaining('Permission denied to COPY'),
    fix: expect.stringContaining('superuser'),
  });
  expect(existsSync(mark)).toBe(false);
});

test('extensions that come with PostgreSQL are there, in their schemas; a function in another language is left out and said', async () => {
  const schema = `
    create schema ext;
    create extension citext schema ext;
    create extension earthdistance schema ext cascade;`;
  await db.sql
    .unsafe(`drop schema if exists ext cascade; ${schema}
      create extension if not exists dblink;
      create table t (mail ext.citext not null unique);
      create function native(integer) returns integer language internal immutable strict as 'int4abs'`)
    .simple();
  const source = { 'a.sql': 'insert into t (mail) values ($1) on conflict (mail) do nothing' };
  const live = await check(db, { ...source, 'migrations/.keep': '' }, { withPending: true });
  expect(live.upserts).toMatchObject([{ status: 'ok', arbiter: 't_mail_key' }]);
  expect(live.skipped.map(({ reason }) => reason)).toEqual([
    'extension dblink: left out, it is not known to be harmless on this machine',
    'function public.native(integer): left out, it is written in internal',
  ]);
  const dump = `${schema} create table public.t (mail ext.citext not null unique);`;
  const dumped = await check(db, { ...source, 'schema.sql': dump }, { schemaFile: 'schema.sql', paths: ['a.sql'] });
  expect(dumped).toMatchObject({ upserts: [{ status: 'ok' }], skipped: [] });
});
