import { beforeEach, describe, expect, test } from 'vitest';
import { dedupeScript } from '../../../src/commands/dedupe/dedupe-script.ts';
import { migrateScript } from '../../../src/commands/migrate/migrate-script.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { rollbackScript } from '../../../src/commands/rollback/rollback-script.ts';
import type { Operation } from '../../../src/model/operations/index.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { sql as script } from '../../../src/model/operations/sql-operation.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { playScript } from './play-script.ts';
import { cleanDatabase, column, expectOk, makeProjectOf, type Project, readImages } from './project.ts';

const db = useDatabase();

const TABLES = `
  create table t (id int primary key, k text, n int);
  create table child (id int primary key, t_id int references t);
  insert into t values (1, 'a', null), (2, 'a', 2), (3, 'b', 3), (4, 'b', 4);
  insert into child values (1, 1), (2, 2), (4, 4)`;
const RULE: UniqueKeyOptions = { table: 't', key: ['k'], limit: { share: 1 }, merge: { n: 'first-non-null' } };
const TRIGGER = `
  create or replace function stamp() returns trigger language plpgsql as $$ begin new.n = 99; return new; end $$;
  create trigger stamp before insert or update on t for each row execute function stamp()`;

let before: Awaited<ReturnType<typeof readImages>>;

async function migrated(tables: string, up: readonly Operation[]): Promise<Project> {
  await db.sql.unsafe(tables);
  before = await readImages(db.sql);
  const project = await makeProjectOf(db, up);
  expectOk(await project.migrate());
  return project;
}

beforeEach(async () => cleanDatabase(db.sql));

test('a script undoes to the byte what a run did, and records it as rollback does', async () => {
  const project = await migrated(TABLES, [uniqueKey(RULE)]);
  await playScript(db, await rollbackScript(project.context, {}));
  expect(await readImages(db.sql)).toEqual(before);
  expect(
    await column(
      db.sql,
      `select kind || ' ' || restored_count || ' of ' || row_count || ' ' || (undone_at is not null)
         from msgdb.ledger where kind in ('removed', 'updated') order by id`,
    ),
  ).toEqual(['updated 2 of 2 true', 'removed 2 of 2 true', 'updated 1 of 1 true']);
  expect(await column(db.sql, 'select state from msgdb.migrations')).toEqual(['rolled back']);
  expect((await project.rollback()).summary).toContain('nothing to do');
  expectOk(await project.migrate());
});

describe('what a script cannot do as rollback does is not left to one, and nothing is printed:', () => {
  const OWN_ROWS = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 }, merge: { n: 'first-non-null' } });
  const CASES: readonly (readonly [what: string, tables: string, up: readonly Operation[], then: string, RegExp])[] = [
    [
      'rows that were created, and may be referred to by then',
      `create table users (id serial primary key, email text unique);
       create table orders (id int primary key, email text, user_id int references users);
       insert into orders values (1, 'a@x', null)`,
      [relink({ table: 'orders', column: 'user_id', to: 'users.id', match: { email: 'email' }, createMissing: {} })],
      'select 1',
      /rows of users .* rows that were created may be referred to when the script is run/,
    ],
    ['a trigger that would change them', TABLES, [OWN_ROWS], TRIGGER, /rows of t .* trigger stamp could change them/],
    [
      'changed rows that nothing identifies',
      `create table t (k text, n int); insert into t values ('a', null), ('a', 2)`,
      [OWN_ROWS],
      'select 1',
      /rows of t .* no primary key/,
    ],
    [
      'a column that came since',
      TABLES,
      [OWN_ROWS],
      'alter table t add column later int default 7',
      /rows of t .* columns that the archive has not/,
    ],
    ['a table that is gone', TABLES, [OWN_ROWS], 'drop table child', /rows of child .* the table is gone/],
    [
      'a deferred foreign key',
      TABLES.replace('references t', 'references t deferrable initially deferred'),
      [OWN_ROWS],
      'select 1',
      /rows of t .* a deferred foreign key refers to them/,
    ],
    [
      'SQL without a way back',
      TABLES,
      [script({ up: 'select 1' })],
      'select 1',
      /runs SQL that says nothing of its undo/,
    ],
  ];

  test.each(CASES)('%s', async (_, tables, up, then, message) => {
    const project = await migrated(tables, up);
    await db.sql.unsafe(then);
    await expect(rollbackScript(project.context, {})).rejects.toMatchObject({
      code: 'MSGDB_REFUSED',
      message: expect.stringMatching(message),
    });
  });
});

describe('a script stops, and does nothing of its step, where meanwhile', () => {
  test.each([
    ['a trigger came', TRIGGER, /a trigger of .*t.* that came after this script was written/],
    ['a row was changed', 'update child set t_id = 3 where id = 2', /child.* are no longer what they were left as/],
    ['a row is gone', 'delete from child where id = 2', /child.* are no longer what they were left as/],
    ['a key was taken', `insert into t values (2, 'c', 5)`, /duplicate key value/],
  ])('%s', async (_, meanwhile, message) => {
    const project = await migrated(TABLES, [uniqueKey(RULE)]);
    const text = await rollbackScript(project.context, {});
    await db.sql.unsafe(meanwhile);
    const changed = await readImages(db.sql);
    await expect(playScript(db, text)).rejects.toThrow(message);
    expect(await readImages(db.sql)).toEqual(changed);
    expect(await column(db.sql, 'select state from msgdb.migrations')).toEqual(['done']);
    // What is left of it, rollback does, and reports the rows that stay in the archive.
    const report = await rollback(project.context, { dryRun: false });
    expect(report.findings.every(({ code }) => code === 'MSGDB_NOT_RESTORED')).toBe(true);
    expect(await column(db.sql, 'select state from msgdb.migrations')).toEqual(['rolled back']);
  });
});

test('a plan that is refused is no script, in any command', async () => {
  await db.sql.unsafe(`${TABLES}; create rule quiet as on delete to t do instead nothing`);
  const rule = uniqueKey(RULE);
  const { context } = await makeProjectOf(db, [rule]);
  const refusal = { code: 'MSGDB_REFUSED', message: expect.stringContaining('rules (quiet)') };
  await expect(migrateScript(context, { allowOutOfOrder: false })).rejects.toMatchObject(refusal);
  await expect(dedupeScript(context, { rule })).rejects.toMatchObject(refusal);
});
