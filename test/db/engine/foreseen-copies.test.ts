import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { migrateScript } from '../../../src/commands/migrate/migrate-script.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, expectOk } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table t (id int, k text, "N o" int, live boolean);
    insert into t values (1, 'a', 7, true), (2, 'A', 7, true), (3, 'a', null, false), (3, 'b', null, true);
    create schema s; create table s.t (k int); insert into s.t values (1), (1), (1)`);
});

async function project(files: Readonly<Record<string, string>>) {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-foreseen-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(migrationsDir, name), text);
  const context = await makeContext(db, { migrationsDir });
  return {
    context,
    migrate: async (dryRun = false) => migrate(context, { dryRun, allowOutOfOrder: false }),
    write: async (name: string, text: string) => writeFile(join(migrationsDir, name), text),
  };
}

const made = async (name: string): Promise<number> =>
  (await db.sql`select from pg_class where relname = ${name}`).length;

describe('SQL that makes unique what rows break is refused before anything is locked or done, with the rule to write', () => {
  test.each<[string, string, string]>([
    [
      'create unique index u on t (k);',
      '1 excess row in 1 group by k',
      `uniqueKey({ table: 't', key: ['k'], index: 'u' })`,
    ],
    [
      'create unique index concurrently if not exists u on public.t (lower(k), (id * 0)) where live;',
      '1 excess row in 1 group by lower(k), id * 0',
      `uniqueKey({ table: 't', key: [{ expression: 'lower(k)' }, { expression: 'id * 0' }], where: 'live', index: 'u' })`,
    ],
    [
      'create unique index on t ("N o") nulls not distinct;',
      '2 excess rows in 2 groups by N o',
      `uniqueKey({ table: 't', key: ['"N o"'], nulls: 'not distinct' })`,
    ],
    [
      `create unique index u on t (k) where k <> 'b';`,
      '1 excess row in 1 group by k',
      `uniqueKey({ table: 't', key: ['k'], where: "k <> 'b'", index: 'u' })`,
    ],
    [
      'alter table t add unique (k);',
      '1 excess row in 1 group by k',
      `uniqueKey({ table: 't', key: ['k'], index: 't_k_key', constraint: true })`,
    ],
    [
      'alter table t alter k set not null, add constraint c unique (k);',
      '1 excess row in 1 group by k',
      `uniqueKey({ table: 't', key: ['k'], index: 'c', constraint: true })`,
    ],
    [
      'alter table t add primary key (id);',
      '1 excess row in 1 group by id',
      `uniqueKey({ table: 't', key: ['id'], index: 't_pkey' })\` in place of the statement, and then sql({ up: 'alter table t add primary key using index t_pkey' })`,
    ],
    [
      'set search_path = s; create unique index u on t (k);',
      '2 excess rows in 1 group by k',
      `uniqueKey({ table: 's.t', key: ['k'], index: 'u' })`,
    ],
    [
      'alter table t rename to renamed; alter table renamed rename k to code; create unique index u on renamed (code);',
      '1 excess row in 1 group by k',
      `uniqueKey({ table: 'renamed', key: ['code'], index: 'u' })`,
    ],
    [
      'alter table t add column low text generated always as (lower(k)) stored; create unique index u on t (low);',
      '2 excess rows in 1 group by lower(k)',
      `uniqueKey({ table: 't', key: ['low'], index: 'u' })`,
    ],
    [
      'create unique index u on t (k) include (id);',
      '1 excess row in 1 group by k',
      '`msgdb dedupe --table t --key k --dry-run` shows what would be removed',
    ],
    [
      'alter table t add constraint c unique (k) deferrable;',
      '1 excess row in 1 group by k',
      '`msgdb dedupe --table t --key k --dry-run`',
    ],
  ])('%s', async (script, count, rule) => {
    const before = 'create table made (id int primary key, k text unique);\n\n  ';
    const { migrate } = await project({ '0001-fine.sql': 'create table first ();', '0002-u.sql': before + script });
    const dry = await migrate(true);
    const done = await migrate();
    for (const { verdict, findings, summary } of [dry, done]) {
      expect(verdict).toBe('findings');
      expect(findings).toHaveLength(1);
      const [{ code, message, fix, data }] = findings as never as [(typeof findings)[number]];
      expect([code, message]).toEqual(['MSGDB_DUPLICATES_FOUND', `Line 3: The statement will fail (23505): ${count}.`]);
      expect(fix).toContain(rule);
      expect(fix).toContain('msgdb find-duplicates --table');
      const at = /\b(?:unique|primary)(?![^;]*;.*;)/.exec(script)?.index ?? 0;
      expect(data).toMatchObject({ line: 3, column: 3 + at, file: expect.stringMatching(/0002-u\.sql$/) });
      const [shown = '', caret = ''] = String(data?.excerpt).split('\n');
      expect([shown.slice(0, 8), shown.slice(caret.length - 1)]).toEqual([
        'LINE 3: ',
        expect.stringMatching(/^(?:unique|primary)/),
      ]);
      expect(summary).toMatch(/refused; nothing was changed/);
    }
    expect(await made('first')).toBe(0);
    expect(await made('made')).toBe(0);
  });

  test('the lock is not even asked for: another session holds the table', async () => {
    const { migrate } = await project({ '0001-u.sql': 'create unique index u on t (k);' });
    await db.sql.begin(async (tx) => {
      await tx`lock table t in share row exclusive mode`;
      expect((await migrate()).findings).toMatchObject([{ code: 'MSGDB_DUPLICATES_FOUND' }]);
    });
  });

  test('a script is refused too', async () => {
    const { context } = await project({ '0001-u.sql': 'create unique index u on t (k);' });
    await expect(migrateScript(context, { allowOutOfOrder: false })).rejects.toThrow(/1 excess row in 1 group by k/);
  });

  test('an index that is to become a constraint, and is invalid', async () => {
    await db.sql.unsafe('create unique index concurrently u on t (k)').catch(() => undefined);
    const { migrate } = await project({ '0001-u.sql': 'alter table t add constraint u unique using index u;' });
    const { findings } = await migrate();
    expect(findings).toMatchObject([{ code: 'MSGDB_INDEX_INVALID', data: { line: 1 } }]);
    expect(findings[0]?.message).toBe('Line 1: The statement will fail: u is not valid.');
  });

  test('in a file of code the line is one of its SQL', async () => {
    const up = JSON.stringify('select 1;\ncreate unique index u on t (k)');
    const { migrate } = await project({
      '0001-u.mjs': `export default { summary: 's', up: [{ kind: 'sql', up: ${up}, transaction: true }] };`,
    });
    const { findings } = await migrate();
    expect(findings[0]?.message).toMatch(/^Line 2: .* 1 excess row/);
    expect(findings[0]?.data).not.toHaveProperty('file');
  });
});

describe('what will be true by then is not refused', () => {
  test.each([
    ['rows that go before', `delete from t where id in (1, 3); create unique index u on t (k);`],
    [
      'rows that change before',
      'update t set k = k || id || coalesce("N o", 0); create unique index u on t (k, live);',
    ],
    [
      'a block that is not looked into',
      `do $$ begin execute 'delete from t where id <> 2'; end $$; create unique index u on t (k);`,
    ],
    ['a table that it makes', 'drop table t; create table t (k text); create unique index u on t (k);'],
    ['a table that it makes and fills', 'create table n as select distinct k from t; create unique index u on n (k);'],
    ['an index that is not unique', 'create index u on t (k);'],
    [
      'a table of another schema',
      'create schema s2; create table s2.t (k int); set search_path = s2; create unique index u on t (k);',
    ],
    ['a truncated table', 'truncate t; alter table t add primary key (id);'],
  ])('%s', async (_, script) => {
    const { migrate } = await project({ '0001-u.sql': script });
    expectOk(await migrate(true));
    expectOk(await migrate());
  });

  test('a rule before it removes the copies', async () => {
    const rule = `{ kind: 'unique-key', table: 't', key: ['k'], index: 'first_u' }`;
    const { migrate } = await project({
      '0001-rule.mjs': `export default { summary: 's', up: [${rule}] };`,
      '0002-u.sql': 'create unique index u on t (k);',
    });
    expectOk(await migrate(true));
    expectOk(await migrate());
  });

  test('what stays open is looked at when its turn comes', async () => {
    const { migrate } = await project({
      '0001-open.sql': `do $$ begin execute 'create table first ()'; end $$;`,
      '0002-u.sql': 'create table made (); create unique index u on t (k);',
    });
    expectOk(await migrate(true));
    const { findings, applied } = await migrate();
    expect(applied.map(({ name }) => name)).toEqual(['0001-open']);
    expect(findings).toMatchObject([{ code: 'MSGDB_DUPLICATES_FOUND', migration: '0002-u' }]);
    expect(await made('made')).toBe(0);
  });

  test('a script that has begun is followed from where it goes on', async () => {
    const { migrate, write } = await project({
      '0001-u.sql':
        '-- msgdb:no-transaction\ndelete from t where id = 3;\nselect missing();\ncreate unique index u on t (k);',
    });
    expect((await migrate()).exitCode).toBe(5);
    await db.sql`insert into t values (9, 'A')`;
    await write(
      '0001-u.sql',
      '-- msgdb:no-transaction\ndelete from t where id = 3;\nselect 1;\ncreate unique index u on t (k);',
    );
    expect((await migrate()).findings).toMatchObject([{ code: 'MSGDB_DUPLICATES_FOUND', data: { line: 4 } }]);
    await db.sql`delete from t where id = 9`;
    expectOk(await migrate());
  });
});
