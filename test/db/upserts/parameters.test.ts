import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { check, checkSql } from './check.ts';

// Values in the target's WHERE that come when the statement runs: bound by the driver, or written in by it.

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table part (x text not null, kind text not null, n integer not null, other text);
      create unique index part_x on part (x) where kind = 'a';
      create unique index part_n on part (n) where n > 10 and kind <> '';
      create table present (x text);
      create unique index present_x on present (x) where x is not null;
      create table plain (a integer not null unique)`)
    .simple();
});

/** What the server says to the statement from its sixth execution on. */
async function sixth(sql: string, values: string): Promise<string> {
  const one = db.open({ max: 1 });
  await one.unsafe('set plan_cache_mode = force_generic_plan');
  await one.unsafe(`prepare p as ${sql}`);
  return await one.unsafe(`begin; execute p (${values}); rollback`).then(
    () => 'ok',
    async (error: { code: string }) => {
      await one.unsafe('rollback');
      return error.code;
    },
  );
}

describe('a parameter that is bound is planned for any value, in every version', () => {
  test.each([
    ['a whole index needs no proof', "insert into plain values (1) on conflict (a) where 'x' = $1 do nothing", 'ok'],
    [
      'the rest proves it',
      "insert into part values ('k', 'a', 1) on conflict (x) where kind = 'a' and other = $1 do nothing",
      'ok',
    ],
    [
      'any value proves that there is one',
      "insert into present values ('k') on conflict (x) where x = $1 do nothing",
      'ok',
    ],
    [
      'the value itself would prove it',
      "insert into part values ('k', 'a', 1) on conflict (x) where kind = $1 do nothing",
      'MSGDB_UPSERT_PARAMETER',
    ],
    [
      'a value of another kind would',
      "insert into part values ('k', 'a', 11) on conflict (n) where n = $1::int and kind = 'a' do nothing",
      'MSGDB_UPSERT_PARAMETER',
    ],
    [
      'the rest proves nothing, and no value would',
      "insert into part values ('k', 'a', 1) on conflict (x) where other = $1 do nothing",
      'MSGDB_UPSERT_PREDICATE_UNPROVEN',
    ],
  ])('%s', async (_what, sql, expected) => {
    expect(await sixth(sql, "'11'")).toBe(expected === 'ok' ? 'ok' : '42P10');
    const { code, status, arbiter } = await checkSql(db, sql);
    if (expected === 'ok') expect(arbiter).not.toBeNull();
    else expect({ code, status }).toEqual({ code: expected, status: 'error' });
  });

  test('by a role that may only read as well, and nothing is left behind in the session', async () => {
    const role = await db.createRole('reader', { grants: ['select on all tables in schema public'] });
    const files = {
      'a.sql': `insert into part (x) values (1) on conflict (x) where kind = $1 do nothing;
        insert into part (x) values (1) on conflict (nope) where kind = $1 do nothing;
        insert into part (x) values (1) on conflict (x) where nope = $1 do nothing;
        insert into part (x) values (1) on conflict (x) where kind = 'a' and other = $1 do nothing;`,
    };
    const expected = ['MSGDB_UPSERT_PARAMETER', 'MSGDB_UPSERT_COLUMN_MISSING', 'MSGDB_UPSERT_COLUMN_MISSING', null];
    for (const url of [db, role]) {
      const { upserts } = await check(url, files);
      expect(upserts.map(({ code }) => code)).toEqual(expected);
      expect(upserts[2]).toMatchObject({ status: 'error', message: expect.stringContaining('nope') });
      expect(upserts[3]).toMatchObject({ arbiter: 'part_x' });
    }
  });
});

const INSERT = 'insert into part (x, kind, n) values';

describe('a client that writes the value into the statement sends a literal', () => {
  const python = (imports: string, parameter: string) => ({
    'a.py': `${imports}\n\ndef store(cur, x, kind):\n    cur.execute("${INSERT} (${parameter}, 'a', 1) on conflict (x) where kind = ${parameter} do nothing", (x, kind))\n`,
  });
  const script = (imports: string) => ({
    'a.ts': `${imports}\nawait db.query("${INSERT} ($1, 'a', 1) on conflict (x) where kind = $2 do nothing", [x, kind]);`,
  });
  const go = (driver: string, prepared = '') => ({
    'a.go': `package a\nimport _ "${driver}"\nfunc f() {\nq := "${INSERT} ($1, 'a', 1) on conflict (x) where kind = $2 do nothing"\ndb.Exec(q, x, kind)\n${prepared}\n}`,
  });
  const php = (setting: string) => ({
    'a.php': `<?php\n$db = new PDO($dsn, $user, $password${setting});\n$db->prepare("${INSERT} (?, 'a', 1) on conflict (x) where kind = ? do nothing")->execute([$x, $kind]);\n`,
  });

  test.each([
    ['psycopg2', python('import psycopg2', '%s'), 'psycopg2'],
    ['psycopg2, by name', python('from psycopg2.extras import execute_values', '%(kind)s'), 'psycopg2'],
    ["Django's cursor", python('from django.db import connection', '%s'), 'Django'],
    ["psycopg's client-side cursor", python('import psycopg\nfrom psycopg import ClientCursor', '%s'), 'ClientCursor'],
    ['PDO with emulated prepares', php(', [PDO::ATTR_EMULATE_PREPARES => true]'), 'PDO'],
  ])('%s: a warning', async (_what, files, client) => {
    const [upsert] = (await check(db, files)).upserts;
    expect(upsert).toMatchObject({
      status: 'warning',
      code: 'MSGDB_UPSERT_PARAMETER',
      arbiter: 'part_x',
      message: expect.stringContaining(client),
      fix: "Write ON CONFLICT (x) WHERE kind = 'a'::text.",
    });
  });

  test.each([
    ['psycopg 3', python('import psycopg', '%s')],
    ['psycopg 3 beside psycopg2', python('import psycopg\nimport psycopg2', '%s')],
    ['nobody knows which', python('from app.db import cursor', '%s')],
    ['asyncpg beside psycopg2', python('import asyncpg\nimport psycopg2', '$1')],
    ['PDO as it is set for PostgreSQL', php('')],
    ['PDO without emulated prepares', php(', [PDO::ATTR_EMULATE_PREPARES => false]')],
    ['nobody knows which of JavaScript', script("import { db } from './db';")],
    ['postgres.js', script("import postgres from 'postgres';")],
    ['postgres.js beside pg', script("import pg from 'pg';\nimport postgres from 'postgres';")],
    ['pgx', go('github.com/jackc/pgx/v5')],
    ['lib/pq, prepared', go('github.com/lib/pq', 'db.Prepare(q)')],
    [
      'Kysely, of which the dialect is not known',
      {
        'a.ts': "db.insertInto('part').values(v).onConflict((oc) => oc.column('x').where('kind', '=', k).doNothing());",
      },
    ],
  ])('%s binds it: an error', async (_what, files) => {
    const [upsert] = (await check(db, files)).upserts;
    expect(upsert).toMatchObject({ status: 'error', code: 'MSGDB_UPSERT_PARAMETER' });
  });

  test('it never fails where the statement has no name', async () => {
    const one = db.open({ max: 1 });
    for (let execution = 1; execution <= 8; execution += 1) {
      // Without `prepare` it is the unnamed statement.
      await one.unsafe(`${INSERT} ($1, 'a', 1) on conflict (x) where kind = $2 do nothing`, ['k', 'a']);
    }
    await db.sql.unsafe('truncate part');
  });

  test.each([
    ['pg', script("import { Pool } from 'pg';"), 'node-postgres'],
    ['pg, required', script("const { Client } = require('pg');"), 'node-postgres'],
    ['Drizzle', script("import { drizzle } from 'drizzle-orm/node-postgres';"), 'node-postgres'],
    ['TypeORM', script("import { DataSource } from 'typeorm';"), 'node-postgres'],
    ['lib/pq', go('github.com/lib/pq'), 'lib/pq'],
    [
      'Kysely',
      {
        'a.ts':
          "const db = new Kysely({ dialect: new PostgresDialect({ pool }) });\ndb.insertInto('part').values(v).onConflict((oc) => oc.column('x').where('kind', '=', k).doNothing());",
      },
      'node-postgres',
    ],
  ])('%s binds it without a name: a warning', async (_what, files, client) => {
    const [upsert] = (await check(db, files)).upserts;
    expect(upsert).toMatchObject({
      status: 'warning',
      code: 'MSGDB_UPSERT_PARAMETER',
      arbiter: 'part_x',
      message: expect.stringContaining(`${client} prepares statements by name only when configured to`),
    });
    expect(upsert?.message).toContain('fails from the sixth execution');
  });

  test('where no value would do it is an error all the same', async () => {
    const files = {
      'a.py': `import psycopg2\ncur.execute("${INSERT} (%s, 'a', 1) on conflict (x) where other = %s do nothing", (x, kind))\n`,
    };
    const [upsert] = (await check(db, files)).upserts;
    expect(upsert).toMatchObject({ status: 'error', code: 'MSGDB_UPSERT_PREDICATE_UNPROVEN' });
  });
});
