import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { rewritePending } from '../../../src/commands/migrate/rewrite/rewrite-pending.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { loadMigrations } from '../../../src/engine/migrations/load-migrations.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table t (id int, k text, "N o" int);
    insert into t values (1, 'a', 7), (2, 'A', 7), (3, 'a', null), (4, 'b', null)`);
});

async function project(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-rewrite-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const context = await makeContext(db, { migrationsDir: folder, projectDir: folder });
  const range = { allowOutOfOrder: false };
  return {
    rewrite: async (dryRun = false, only?: string) => rewritePending(context, { ...range, dryRun, only }),
    migrate: async () => migrate(context, { ...range, dryRun: false }),
    rollback: async () => rollback(context, { dryRun: false }),
    files: async () => (await readdir(folder)).toSorted(),
    read: async (name: string) => readFile(join(folder, name), 'utf8'),
    write: async (name: string, text: string) => writeFile(join(folder, name), text),
    /** The SQL of each operation as the migration that is loaded has it; null for a rule. */
    load: async (name: string) => {
      const loaded = await loadMigrations({ directory: folder, libraryEntry: context.libraryEntry });
      const up = loaded.find((each) => each.name === name)?.migration.up ?? [];
      return up.map((each) => (each.kind === 'sql' ? each : null));
    },
  };
}

const rows = async (): Promise<unknown> => column(db.sql, 'select id from t order by 1');

describe('pending SQL that would meet copies is written anew, with a rule in place of the statement', () => {
  test('what stands before and after it is kept, and all is done in its order and undone', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a template literal would take for its own
    const before = "-- Codes\ncreate table a (note text default E'x\\n`${b}');  -- the table\r\n\n";
    const between = '-- Each code once,\n-- since the import.\ncreate unique index u on t (k); -- by code\n';
    const after = "\n-- then:\ninsert into a values ('u');\ncomment on index u is 'made';\n";
    const { rewrite, migrate, rollback, files, read, load } = await project({
      '0001-codes.sql': before + between + after,
    });
    const report = await rewrite();
    expect(report).toMatchObject({
      verdict: 'ok',
      summary: '1 migration rewritten; nothing was applied',
      next: 'msgdb migrate --dry-run',
      rewritten: [{ migration: '0001-codes', removed: ['0001-codes.sql'], written: '0001-codes.ts' }],
    });
    expect(await files()).toEqual(['0001-codes.ts']);
    expect(await rows()).toEqual(['1', '2', '3', '4']);
    const text = await read('0001-codes.ts');
    expect(text).toBe(report.rewritten?.[0]?.text);
    for (const line of ['-- Each code once,', '-- since the import.', 'create unique index u on t (k); -- by code'])
      expect(text).toContain(`    //   ${line}\n`);
    expect((await load('0001-codes')).map((each) => each?.up)).toEqual([
      before.trimEnd().concat('\r\n'),
      undefined,
      after,
    ]);
    expectOk(await migrate());
    expect(await rows()).toEqual(['1', '2', '4']);
    expect(await column(db.sql, "select obj_description('u'::regclass)")).toEqual(['made']);
    expect((await rollback()).findings[0]?.message).toMatch(/says nothing of its undo/);
  });

  test.each<[string, string, string[]]>([
    ['create unique index u on t (k)', "uniqueKey({ table: 't', key: ['k'], index: 'u' })", ['u']],
    [
      'alter table t add constraint c unique (k);',
      "uniqueKey({ table: 't', key: ['k'], index: 'c', constraint: true })",
      ['c'],
    ],
    [
      'create unique index concurrently u on t (k); create unique index v on t (lower(k));',
      "uniqueKey({ table: 't', key: [{ expression: 'lower(k)' }], index: 'v' })",
      ['u', 'v'],
    ],
  ])('%s alone becomes the rule alone', async (script, rule, indexes) => {
    const { rewrite, migrate, rollback, files, read } = await project({ '0001-u.sql': script });
    await rewrite();
    expect(await files()).toEqual(['0001-u.ts']);
    expect(await read('0001-u.ts')).toContain(`\n    ${rule},\n`);
    expectOk(await migrate());
    expect(await column(db.sql, "select indexrelid::regclass from pg_index where indrelid = 't'::regclass")).toEqual(
      indexes,
    );
    expectOk(await rollback());
    expect(await rows()).toEqual(['1', '2', '3', '4']);
  });

  test('a primary key is made from the index that the rule has built', async () => {
    await db.sql.unsafe("insert into t values (4, 'c', 1)");
    const { rewrite, migrate, rollback } = await project({ '0001-k.sql': 'alter table t add primary key (id);' });
    await rewrite();
    expectOk(await migrate());
    const primary = "select conname from pg_constraint where conrelid = 't'::regclass and contype = 'p'";
    expect(await column(db.sql, primary)).toEqual(['t_pkey']);
    expectOk(await rollback());
    expect(await column(db.sql, primary)).toEqual([]);
    expect(await rows()).toEqual(['1', '2', '3', '4', '4']);
  });

  test('an undo loses what drops the index, and is the undo of the SQL that is left', async () => {
    const { rewrite, migrate, rollback, files, load } = await project({
      '0001-u.sql': 'create table a ();\ncreate unique index u on t (k);\n',
      '0001-u.down.sql': '-- first\ndrop index if exists public.u;\n-- then\ndrop table a;\n',
    });
    await rewrite();
    expect(await files()).toEqual(['0001-u.ts']);
    expect((await load('0001-u')).map((each) => each?.down)).toEqual(['-- then\ndrop table a;\n', undefined]);
    expectOk(await migrate());
    expectOk(await rollback());
    expect(await column(db.sql, "select to_regclass('a')")).toEqual([null]);
    expect(await rows()).toEqual(['1', '2', '3', '4']);
  });

  test('an undo that drops the index alone leaves the rest standing, as before', async () => {
    const { rewrite, migrate, rollback, files } = await project({
      '0001-u.sql': 'create table a ();\ncreate unique index u on t (k);\ncreate table b ();\n',
      '0001-u.down.sql': 'drop index u;\n',
    });
    await rewrite();
    expect(await files()).toEqual(['0001-u.ts']);
    expectOk(await migrate());
    expectOk(await rollback());
    expect(await column(db.sql, "select to_regclass('a') is null or to_regclass('b') is null")).toEqual(['false']);
    expect(await column(db.sql, "select to_regclass('u')")).toEqual([null]);
    expect(await rows()).toEqual(['1', '2', '3', '4']);
  });

  test.each<[string, string, string]>([
    ['ends in a backslash', 'create unique index u on t (k);\n', "select 'x'; -- C:\\"],
    [
      'is replaced, with line separators of JavaScript',
      '-- a\u2028b\u2029c\r\n-- d\ncreate unique index u on t (k);\n',
      'select 1;\n',
    ],
  ])('SQL that %s becomes a file that loads', async (_, replaced, rest) => {
    const { rewrite, migrate, load } = await project({ '0001-u.sql': replaced + rest });
    await rewrite();
    expect((await load('0001-u')).map((each) => each?.up)).toEqual([undefined, rest]);
    expectOk(await migrate());
  });

  test('its header becomes options, and settings are set again for what comes after', async () => {
    const { rewrite, migrate, read, load } = await project({
      '0001-u.sql':
        "-- Codes\n-- msgdb:timeout 30m\n-- msgdb:lock-timeout 5s\nset work_mem = '8MB';\ncreate unique index u on t (k);\ncreate table a as select current_setting('work_mem') as m;\n",
    });
    await rewrite();
    expect((await load('0001-u'))[2]).toMatchObject({
      up: "set work_mem = '8MB';\ncreate table a as select current_setting('work_mem') as m;\n",
      timeout: '30m',
      lockTimeout: '5s',
    });
    expect(await read('0001-u.ts')).toContain('summary: "Codes"');
    expectOk(await migrate());
    expect(await column(db.sql, 'select m from a')).toEqual(['8MB']);
  });

  test('the dry run shows the file and writes nothing', async () => {
    const { rewrite, files } = await project({ '0001-u.sql': 'create unique index u on t (k);' });
    const report = await rewrite(true);
    expect(report).toMatchObject({
      verdict: 'ok',
      summary: '1 migration would be rewritten; nothing was written',
      rewritten: [{ text: expect.stringContaining('uniqueKey(') }],
    });
    expect(await files()).toEqual(['0001-u.sql']);
    expect(await db.sql`select from pg_namespace where nspname = 'msgdb'`).toHaveLength(0);
  });

  test('of several migrations those alone that would fail, and none that is applied', async () => {
    await db.sql.unsafe('create table other (k int unique)');
    const { rewrite, migrate, files, write } = await project({ '0001-a.sql': 'create unique index a on t (id);' });
    expectOk(await migrate());
    await db.sql.unsafe("drop index a; insert into t values (1, 'z', 1)");
    await write('0002-b.sql', 'create unique index b on other (k);');
    await write('0003-c.sql', 'create unique index c on t (k);');
    expect((await rewrite()).rewritten?.map(({ migration }) => migration)).toEqual(['0003-c']);
    expect(await files()).toEqual(['0001-a.sql', '0002-b.sql', '0003-c.ts']);
  });

  test('without copies nothing is written', async () => {
    const { rewrite, files } = await project({ '0001-u.sql': 'create unique index u on t (id);' });
    expect(await rewrite()).toMatchObject({ verdict: 'ok', rewritten: [], summary: /^nothing to rewrite/ });
    expect(await files()).toEqual(['0001-u.sql']);
  });
});

describe('what cannot be written anew is refused with the reason, and no file is touched', () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['no rule makes the index', { '0002-x.sql': 'create unique index u on t (k) include (id);' }, /no rule makes/],
    [
      'a statement does two things',
      { '0002-x.sql': 'alter table t add unique (k), add column c int;' },
      /line 1 does something else too/,
    ],
    [
      'a block makes the index',
      { '0002-x.sql': 'do $$ begin create unique index u on t (k); end $$;' },
      /line 1 does something else too/,
    ],
    [
      'another tool’s file',
      { '0002-x.sql': '-- migrate:up\ncreate unique index u on t (k);\n-- migrate:down\ndrop index u;\n' },
      /in one file, in the way of another tool/,
    ],
    [
      'a file of code',
      {
        '0002-x.ts':
          "import { migration, sql } from 'msgdb';\nexport default migration({ up: [sql({ up: 'create unique index u on t (k)' })] });",
      },
      /a file of code/,
    ],
    [
      'an undo that is of two parts',
      {
        '0002-x.sql': 'create table a (); create unique index u on t (k); create table b ();',
        '0002-x.down.sql': 'drop table b; drop index u; drop table a;',
      },
      /its undo would belong/,
    ],
    [
      'an undo that does more',
      { '0002-x.sql': 'create unique index u on t (k);', '0002-x.down.sql': 'drop index u; drop table t;' },
      /its undo does more/,
    ],
    [
      'a temporary table',
      { '0002-x.sql': 'create temp table m (k text);\ncreate unique index u on t (k);\ndrop table m;' },
      /line 1 makes a temporary table/,
    ],
    ['a role', { '0002-x.sql': 'set role postgres;\ncreate unique index u on t (k);' }, /line 1 sets a role/],
  ])('%s', async (_, files, obstacle) => {
    const first = { '0001-a.sql': 'create unique index a on t ("N o");' };
    const { rewrite, files: list } = await project({ ...first, ...files });
    const report = await rewrite();
    expect(report).toMatchObject({ verdict: 'findings', summary: 'nothing was written', rewritten: [] });
    expect(report.findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(new RegExp(`^MSGDB_REFUSED 0002-x\\.(?:sql|ts) is not rewritten: .*${obstacle.source}`)),
    ]);
    expect(await list()).toEqual(['0001-a.sql', ...Object.keys(files)].toSorted());
  });

  test('one that has begun', async () => {
    const { rewrite, migrate } = await project({
      '0001-u.sql': 'vacuum t;\nselect 1 / (select count(*) - 3 from t);\ncreate unique index u on t (k);',
    });
    await db.sql.unsafe('delete from t where id = 3');
    expect((await migrate()).exitCode).toBe(5);
    await db.sql.unsafe("insert into t values (3, 'a', null)");
    await db.sql.unsafe("delete from t where id = 4; insert into t values (5, 'a', null)");
    expect((await rewrite()).findings[0]?.message).toMatch(/a part of it has run already/);
  });
});
