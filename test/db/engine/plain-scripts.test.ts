import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { dedupeScript } from '../../../src/commands/dedupe/dedupe-script.ts';
import { migrateScript } from '../../../src/commands/migrate/migrate-script.ts';
import { rollbackScript } from '../../../src/commands/rollback/rollback-script.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import type { Operation } from '../../../src/model/operations/index.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { type RelinkOptions, relink } from '../../../src/model/operations/relink.ts';
import { sql as script } from '../../../src/model/operations/sql-operation.ts';
import { type UniqueKey, type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { RUN_LOCK } from '../../../src/sql/lock-class.ts';
import { placeName } from '../../../src/sql/own-schema.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { playScript, readEnd } from './play-script.ts';
import { cleanDatabase, column, expectOk, makeProjectOf, type Project, readImages } from './project.ts';

const db = useDatabase();

const TABLES = `
  create table t (id int primary key, k text, n int);
  create table child (id int primary key, t_id int references t, place int, unique (t_id, place));
  insert into t values (1, 'a', null), (2, 'a', 2), (3, 'b', 3), (4, 'b', 4), (5, null, 5);
  insert into child values (1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 4, 4)`;

/** A rule whose index does not know of a copy of row 2, as after a change of collations. */
const LYING = `
  create table t (id int primary key, k text); insert into t select n, n from generate_series(1, 20) n;
  create unique index wanted on t (k);
  update pg_index set indisready = false, indisvalid = false where indexrelid = 'wanted'::regclass;
  insert into t values (100, '2');
  update pg_index set indisready = true, indisvalid = true where indexrelid = 'wanted'::regclass`;

/** What a build that met copies leaves. */
const LEFTOVER = `
  create table t (id int primary key, k text); create unique index wanted on t (k);
  update pg_index set indisready = false, indisvalid = false where indexrelid = 'wanted'::regclass;
  insert into t values (1, 'a'), (2, 'a')`;

const PARTITIONED = `
  create table t (id int, region int, k text, primary key (id, region)) partition by list (region);
  create table t1 partition of t for values in (1); create table t2 partition of t for values in (2);
  insert into t values (1, 1, 'a'), (2, 1, 'a'), (3, 2, 'a')`;
const OWN_INDEX = `${PARTITIONED}; create unique index mine on t2 (region, k)`;

/** To look for children of 3,900 rows, PostgreSQL would read all of child 3,900 times. */
const UNINDEXED = `
  create table t (id int primary key, k int); insert into t select n, n % 100 from generate_series(1, 4000) n;
  create table child (id int primary key, t_id int references t, note text);
  insert into child select n, case when n <= 10 then n end, 'note' from generate_series(1, 6000) n; analyze`;

const USERS = `
  create table users (id serial primary key, email text unique);
  create table orders (id int primary key, email text, user_id int references users); insert into orders values (1, 'a@x', null)`;

/** Tables in a schema of their own, and what is done with them. */
interface Case {
  readonly tables: string;
  readonly up: (schema: string) => readonly Operation[];
}

function rule(options: Partial<UniqueKeyOptions> = {}): UniqueKey {
  return uniqueKey({ table: 't', key: ['k'], limit: { share: 1 }, ...options });
}

/** A case of one rule of the table t. */
function ruled(tables: string, options: Partial<UniqueKeyOptions> = {}): Case {
  return { tables, up: (schema) => [rule({ ...options, table: `${schema}.t` })] };
}

function relinked(tables: string, options: Partial<RelinkOptions>): Case {
  const common = { column: 'user_id', match: { email: 'email' }, ...options };
  return { tables, up: (schema) => [relink({ table: `${schema}.orders`, to: `${schema}.users.id`, ...common })] };
}

function merged(schema: string): readonly Operation[] {
  const references = [{ table: `${schema}.child`, column: 't_id', onCollision: 'merge' as const }];
  return [rule({ table: `${schema}.t`, merge: { n: 'first-non-null' }, references })];
}

/** For both strategies. */
const RULES: Readonly<Record<string, Case>> = {
  merged: { tables: TABLES, up: merged },
  attached: ruled(TABLES, { constraint: true }),
  marked: ruled(`create table t (id int primary key, k text, gone boolean); insert into t values (1, 'a'), (2, 'a')`, {
    where: 'gone is not true',
    losers: { set: { gone: true } },
  }),
  leftover: ruled(LEFTOVER, { index: 'wanted' }),
  partitioned: ruled(PARTITIONED, { key: ['region', 'k'] }),
};

const OTHERS: Readonly<Record<string, Case>> = {
  accepted: ruled(
    `create table t (id int primary key, k text); create unique index mine on t (k); comment on index mine is 'of old'`,
    { constraint: true },
  ),
  adopted: ruled(OWN_INDEX, { key: ['region', 'k'] }),
  unindexed: ruled(UNINDEXED),
  helper: {
    tables: TABLES,
    up: (schema) => [
      index({ table: `${schema}.t`, columns: ['n', { expression: 'lower(k)' }], where: 'n > 1', name: 'helper' }),
    ],
  },
  dropped: {
    tables: `create table t (id int primary key, k text unique); comment on constraint t_k_key on t is 'of old'`,
    up: (schema) => [dropUniqueKey({ table: `${schema}.t`, key: ['k'] })],
  },
  replaced: {
    tables: `create table t (id int primary key, k text, n int); create unique index mine on t (k)`,
    up: (schema) => [
      rule({ table: `${schema}.t`, key: ['k', 'n'], index: 'wider' }),
      dropUniqueKey({ table: `${schema}.t`, key: ['k'], replacedBy: 'wider' }),
    ],
  },
  relinked: relinked(`${USERS}; insert into users values (7, 'a@x')`, {}),
  // A run has a session for each; a script has one for all.
  scripts: {
    tables: TABLES,
    up: (schema) => [
      script({ up: `alter table ${schema}.t add more int; -- why\n`, down: `alter table ${schema}.t drop more` }),
      script({
        up: `vacuum ${schema}.t; set search_path = nowhere; set default_transaction_read_only = on`,
        down: 'select 1',
      }),
      script({ up: 'set role pg_monitor; select 1', down: 'set session authorization pg_monitor; select 1' }),
    ],
  },
};

/** What rollback does not undo, or a script does not. */
const ONE_WAY: Readonly<Record<string, Case>> = {
  deferred: ruled(
    `create table t (id int primary key, k text, n int);
     create table child (id int primary key, t_id int references t on delete cascade deferrable initially deferred);
     insert into t values (1, 'a', 1), (2, 'a', 2); insert into child values (1, 1), (2, 2)`,
    { constraint: true },
  ),
  deleted: ruled(TABLES, { losers: 'delete' }),
  lying: ruled(LYING, { index: 'wanted' }),
  made: relinked(USERS, { createMissing: {} }),
};

type Cases = Readonly<Record<string, Case>>;

async function layOut(cases: Cases): Promise<void> {
  await cleanDatabase(db.sql);
  for (const [schema, { tables }] of Object.entries(cases)) {
    await db.sql.unsafe(`create schema ${schema}; set search_path = ${schema}; ${tables}; set search_path = public`);
  }
}

async function projectOf(cases: Cases, settings: Partial<Context['settings']>): Promise<Project> {
  const up = Object.entries(cases).flatMap(([schema, each]) => each.up(schema));
  await layOut(cases);
  return await makeProjectOf(db, up, { settings });
}

/** The migration by a script: what is left for the command is to verify the result, and to record it. */
async function migrateByScript({ context, migrate }: Project): Promise<void> {
  await playScript(db, await migrateScript(context, { allowOutOfOrder: false }));
  expectOk(await migrate());
}

describe('scripts run with a plain client end where the commands do:', () => {
  test.each([
    ['locked', RULES, { strategy: 'locked' as const }],
    ['online', RULES, { strategy: 'online' as const }],
    ['other steps', OTHERS, { strategy: 'auto' as const }],
    ['foreign key indexes that are kept', { kept: ruled(UNINDEXED) }, { indexReferences: 'keep' as const }],
  ])('migrate and rollback, %s', async (_, cases, settings) => {
    const project = await projectOf(cases, settings);
    const before = await readImages(db.sql);
    expectOk(await project.migrate());
    const migrated = await readEnd(db.sql);
    expectOk(await project.rollback());
    const undone = await readEnd(db.sql);
    await layOut(cases);
    await migrateByScript(project);
    expect(await readEnd(db.sql)).toEqual(migrated);
    expect(migrated.debris).toEqual([]);
    await playScript(db, await rollbackScript(project.context, {}));
    expect(await readEnd(db.sql)).toEqual(undone);
    expect(await readImages(db.sql)).toEqual(before);
  });

  test('migrate alone', async () => {
    const project = await projectOf(ONE_WAY, {});
    expectOk(await project.migrate());
    const migrated = await readEnd(db.sql);
    await layOut(ONE_WAY);
    await migrateByScript(project);
    expect(await readEnd(db.sql)).toEqual(migrated);
  });

  const references = [{ table: 'child', column: 't_id', onCollision: 'merge' as const }];
  test.each([
    ['dedupe, online', TABLES, 'online' as const, { merge: { n: 'max' as const }, references }],
    ['dedupe, locked', TABLES, 'locked' as const, { merge: { n: 'max' as const }, references }],
    ['dedupe, with an index that is damaged', LYING, 'locked' as const, { index: 'wanted' }],
  ])('%s', async (_, tables, strategy, options) => {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(tables);
    const context = await makeContext(db, { settings: { strategy } });
    const report = await dedupe(context, { rule: rule(options), dryRun: false, yes: true, samples: 0 });
    expect(report.verdict).toBe('ok');
    const wanted = await readEnd(db.sql);
    await cleanDatabase(db.sql);
    await db.sql.unsafe(tables);
    const script = await dedupeScript(context, { rule: rule(options) });
    await playScript(db, script);
    expect(await readEnd(db.sql)).toEqual(wanted);
    const [run] = await column(db.sql, 'select id from msgdb.runs');
    expect(script).toContain(`-- a transaction. \`msgdb archive restore ${run}\` afterwards puts back`);
  });
});

describe('what a script cannot do as the command does is not left to one:', () => {
  test.each([
    [
      'copies that removing copies makes',
      `create table t (id int primary key, k int references t, name text, unique nulls distinct (id));
       insert into t values (1, null, 'a'), (2, null, 'a'), (3, 1, 'b'), (4, 2, 'b')`,
      rule({ key: ['k', 'name'], nulls: 'not distinct' }),
      /remove all copies of t: k refers to t itself and is part of the key/,
    ],
    [
      'an index of a partition that becomes a part',
      OWN_INDEX,
      rule({ key: ['region', 'k'] }),
      /build t_region_k_key as migrate does: partition t2 has the index mine/,
    ],
  ])('%s', async (_, tables, operation, message) => {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(tables);
    const { context } = await makeProjectOf(db, [operation], { settings: { strategy: 'online' } });
    await expect(migrateScript(context, { allowOutOfOrder: false })).rejects.toMatchObject({
      code: 'MSGDB_REFUSED',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['a table', script({ up: 'create table later (k text)', down: 'drop table later' }), 'later'],
    ['a column', script({ up: 'alter table t add column k text', down: 'alter table t drop column k' }), 't'],
  ])('%s that SQL of the same migration makes', async (_, made, table) => {
    await cleanDatabase(db.sql);
    await db.sql.unsafe('create table t (id int primary key)');
    const project = await makeProjectOf(db, [made, rule({ table, key: ['k'] })]);
    await expect(migrateScript(project.context, { allowOutOfOrder: false })).rejects.toMatchObject({
      code: 'MSGDB_REFUSED',
      message: expect.stringMatching(/^A script cannot do all of 0001-the-test: .* when the SQL before it has run/),
    });
    expectOk(await project.migrate());
  });
});

describe('a script that fails has done nothing of its step:', () => {
  async function scriptOf(options: Partial<UniqueKeyOptions> = {}, url = db.url): Promise<string> {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(TABLES);
    const { context } = await makeProjectOf({ url }, [rule(options)]);
    return await migrateScript(context, { allowOutOfOrder: false });
  }

  test.each([
    ['a statement takes too long', 2, /canceling statement due to statement timeout/],
    ['the time is over between two statements', 0, /msgdb: the lock was held for 3 s/],
  ])('the lock was held for as long as auto lets it: %s', async (_, seconds, message) => {
    const text = await scriptOf();
    expect(text).toContain('-- The lock is held for 3 s at most.');
    await db.sql.unsafe(`
      create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(${seconds > 0 ? 60 : 1}); return old; end $$;
      create trigger slow before delete on t for each row execute function slow()`);
    const limited = text.replace('clock_timestamp()) + 3)', `clock_timestamp()) + ${seconds})`);
    expect(limited).not.toBe(text);
    const before = await readImages(db.sql);
    await expect(playScript(db, limited)).rejects.toMatchObject({
      code: '57014',
      message: expect.stringMatching(message),
    });
    expect(await readImages(db.sql)).toEqual(before);
    expect(await column(db.sql, 'select count(*) from msgdb.ledger')).toEqual(['0']);
  });

  test('another run is at work', async () => {
    const text = await scriptOf();
    const other = db.open();
    await other.unsafe(`select pg_advisory_lock(${placeName(RUN_LOCK.join(', '), 'msgdb')})`);
    await expect(playScript(db, text)).rejects.toThrow('Another msgdb run is working on this database.');
    await other.end();
    await playScript(db, text);
  });

  test('somebody has the table locked for longer than a run would wait', async () => {
    const text = (await scriptOf()).replaceAll(`lock_timeout = '2000ms'`, `lock_timeout = '50ms'`);
    const other = db.open();
    await other.begin(async (tx) => {
      await tx.unsafe('lock table t');
      await expect(playScript(db, text)).rejects.toMatchObject({ code: '55P03' });
    });
    await other.end();
  });

  test('more copies have come than the limit lets go', async () => {
    const text = await scriptOf({ limit: { losers: 2 } });
    await db.sql.unsafe(`insert into t values (6, 'a', 6)`);
    const before = await readImages(db.sql);
    await expect(playScript(db, text)).rejects.toThrow('More rows of t than the limit of 2 would be removed');
    expect(await readImages(db.sql)).toEqual(before);
  });
});
