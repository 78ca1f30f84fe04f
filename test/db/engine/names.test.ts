import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  expectSecondRunDoesNothing,
  makeRule,
  readImages,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const LONG = 'ä'.repeat(31) + 'x';

/** Catalogue names; the rule writes them between double quotes. */
const NAMES: readonly { readonly schema: string; readonly table: string; readonly column: string }[] = [
  { schema: 'public', table: 'Chat', column: 'remoteJid' },
  { schema: 'public', table: 'user', column: 'order' },
  { schema: 'public', table: 'odd.name', column: 'a.b' },
  { schema: 'public', table: `it's "quoted"`, column: `q"'; drop table x; --` },
  { schema: 'public', table: LONG, column: LONG },
  { schema: 'Mixed.Case "schema"', table: '表', column: '列 $1' },
  { schema: 'public', table: 'back\\slash', column: 'a\\b' },
  { schema: 'public', table: '%I', column: '100%' },
  { schema: 'public', table: 't', column: 't' },
  { schema: 'public', table: 'now', column: 'now' },
  { schema: 'public', table: 'ledger', column: 'msgdb' },
];

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

describe('every name PostgreSQL takes is taken:', () => {
  test.each(NAMES)('$schema . $table ( $column )', async ({ schema, table, column: name }) => {
    const { sql } = db;
    const where = `${quote(schema)}.${quote(table)}`;
    const child = `${quote(schema)}.${quote(`of ${table}`.slice(0, 30))}`;
    await sql.unsafe(`
      create schema if not exists ${quote(schema)};
      create table ${where} ("id""x" int primary key, ${quote(name)} text, ${quote(`${name.slice(0, 20)} 2`)} text);
      create table ${child} ("id""x" int primary key, ${quote(name)} int references ${where} on delete cascade);
      insert into ${where} values (1, 'a', null), (2, 'a', 'taken'), (3, 'b', 'x');
      insert into ${child} values (10, 1), (11, 2), (12, 3), (13, null)`);
    const before = await readImages(sql);
    const project = await makeRule(db, {
      table: where,
      key: [quote(name)],
      where: `${quote(name)} <> ''`,
      keep: ['"id""x" asc'],
      merge: { [quote(`${name.slice(0, 20)} 2`)]: 'first-non-null' },
    });
    expectOk(await project.migrate());
    expect(await column(sql, `select x::text from ${where} x order by 1`)).toEqual(['(1,a,taken)', '(3,b,x)']);
    expect(await column(sql, `select ${quote(name)} from ${child} order by "id""x"`)).toEqual(['1', '1', '3', null]);
    expectOk(await project.verify());
    await expectSecondRunDoesNothing(sql, project);
    await expectExactUndo(sql, project, before);
  });
});

test('a table of another schema is meant by its qualified name, whatever search_path finds first', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create schema tenant;
    create table public.users (id int primary key, email text);
    create table tenant.users (id int primary key, email text);
    insert into public.users values (1, 'a'), (2, 'a');
    insert into tenant.users values (1, 'a'), (2, 'a')`);
  const project = await makeRule(db, { table: 'tenant.users', key: ['email'] });
  expectOk(await project.migrate());
  expect(await column(sql, 'select id from public.users order by 1')).toEqual(['1', '2']);
  expect(await column(sql, 'select id from tenant.users order by 1')).toEqual(['1']);
});

test('functions and operators of users that are named like builtins are not called', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table users (id int primary key, email text, n int);
    create table posts (id int primary key, author int references users on delete cascade);
    insert into users values (1, 'a', 1), (2, 'a', 2), (3, 'b', 3);
    insert into posts values (1, 1), (2, 2), (3, 3);
    create schema evil;
    create function evil.count(int) returns bigint language sql as 'select 0::bigint';
    create function evil.min(x tid) returns tid language sql as 'select x';
    create function evil.num_nulls(variadic text[]) returns int language sql as 'select 1';
    create function evil.to_jsonb(text) returns jsonb language sql as $$ select '[]'::jsonb $$;
    create function evil.never(int, int) returns boolean language sql immutable as 'select false';
    create function evil.never(tid, tid) returns boolean language sql immutable as 'select false';
    create function evil.never(oid, oid) returns boolean language sql immutable as 'select false';
    create operator evil.= (leftarg = int, rightarg = int, function = evil.never);
    create operator evil.= (leftarg = tid, rightarg = tid, function = evil.never);
    create operator evil.= (leftarg = oid, rightarg = oid, function = evil.never);
    create function evil.set_config(text, text, boolean) returns text language sql as $$ select ''::text $$;
    alter database ${db.name} set search_path = evil, public, pg_catalog`);
  try {
    const project = await makeRule(db, { table: 'users', key: ['email'], keep: ['id'], merge: { n: 'max' } });
    expectOk(await project.migrate());
    expect(await column(sql, 'select u::text from public.users u order by 1')).toEqual(['(1,a,2)', '(3,b,3)']);
    expect(await column(sql, 'select p::text from public.posts p order by 1')).toEqual(['(1,1)', '(2,1)', '(3,3)']);
    await expectNoDebris(sql);
  } finally {
    await sql.unsafe(`alter database ${db.name} reset search_path`);
  }
});

test('the default isolation of the database does not reach msgdb', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table users (id int primary key, email text);
    insert into users values (1, 'a'), (2, 'a');
    alter database ${db.name} set default_transaction_isolation = 'serializable'`);
  try {
    const project = await makeRule(db, { table: 'users', key: ['email'] }, { strategy: 'online' });
    expectOk(await project.migrate());
    expect(await column(sql, 'select id from users')).toEqual(['1']);
  } finally {
    await sql.unsafe(`alter database ${db.name} reset default_transaction_isolation`);
  }
});
