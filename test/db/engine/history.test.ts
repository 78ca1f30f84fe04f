import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { redo } from '../../../src/commands/redo/redo.ts';
import { repair } from '../../../src/commands/repair/repair.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { status } from '../../../src/commands/status/status.ts';
import { makeProject } from '../../support/cli.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, column, expectOk } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const FILES = {
  '0001-a.sql': 'create table a (id int);\n',
  '0001-a.down.sql': 'drop table a;\n',
  '0002-b.sql': 'create table b (id int);\ninsert into b values (1);\n',
  '0002-b.down.sql': 'drop table b;\n',
  '0003-c.sql': 'create table c (id int);\n',
  '0003-c.down.sql': 'drop table c;\n',
};

/** A project with these files, and those that take part in the test applied. */
async function makeApplied(files: Readonly<Record<string, string>> = FILES): Promise<Context> {
  const context = await makeContext(db, { migrationsDir: await makeProject(files) });
  expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: false }));
  return context;
}

async function write({ migrationsDir }: Context, file: string, text: string): Promise<void> {
  await writeFile(join(migrationsDir, file), text);
}

async function edit(context: Context, file: string, change: (text: string) => string): Promise<void> {
  await write(context, file, change(await readFile(join(context.migrationsDir, file), 'utf8')));
}

async function move({ migrationsDir }: Context, from: string, to: string): Promise<void> {
  await rename(join(migrationsDir, from), join(migrationsDir, to));
}

/** What `migrate` refuses: code, message and mend, a line each. */
async function refusals(context: Context): Promise<readonly string[]> {
  const { findings } = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  return findings.map(({ code, message, fix }) => `${code}: ${message} ${fix}`);
}

async function applied(): Promise<readonly (string | null)[]> {
  return await column(db.sql, `select name from msgdb.migrations where state = 'done' order by name`);
}

describe('a checksum', () => {
  test('does not see line ends, trailing blanks, a byte order mark, or the line end at the end of the file', async () => {
    const context = await makeApplied();
    await edit(context, '0001-a.sql', (text) => `\uFEFF${text.trimEnd()}`);
    await edit(context, '0002-b.sql', (text) => `${text.replaceAll('\n', ' \t\r\n')}\n\n`);
    expect(await refusals(context)).toEqual([]);
  });

  test('sees a blank that stands before something, and an empty line between two', async () => {
    const context = await makeApplied();
    await edit(context, '0002-b.sql', (text) => text.replace('values (1)', 'values  (1)'));
    await edit(context, '0003-c.sql', (text) => text.replace('(id', '(\n\nid'));
    expect(await refusals(context)).toMatchObject(
      [/^MSGDB_MIGRATION_EDITED: 0002-b /, /^MSGDB_MIGRATION_EDITED: 0003-c /].map((each) =>
        expect.stringMatching(each),
      ),
    );
  });

  test('as earlier versions recorded it still counts; nothing is written for it until something is done', async () => {
    const context = await makeApplied({ ...FILES, '0002-b.sql': `${FILES['0002-b.sql']}-- the end  \n` });
    await recordAsBefore(context, '0002-b');
    const before = await fingerprint(db.sql, { physical: true });
    expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: false }));
    expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
    const former = await column(db.sql, `select checksum from msgdb.migrations where name = '0002-b'`);
    expect((await repair(context, {})).summary).toContain('in the present form: 0002-b');
    await edit(context, '0002-b.sql', (text) => text.trimEnd());
    expect(await refusals(context)).toEqual([]);
    expect(await column(db.sql, `select checksum from msgdb.migrations where name = '0002-b'`)).not.toEqual(former);
  });

  test('as earlier versions recorded it can be rolled back and applied again, which records it in the present form', async () => {
    const context = await makeApplied({
      '0001-a.sql': 'create table a (id int); \n',
      '0001-a.down.sql': 'drop table a;',
    });
    await recordAsBefore(context, '0001-a');
    expectOk(await rollback(context, { dryRun: false }));
    expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: false }));
    await edit(context, '0001-a.sql', (text) => text.trimEnd());
    expect(await refusals(context)).toEqual([]);
  });
});

/** The checksum of versions that saw trailing blanks. */
async function recordAsBefore({ migrationsDir }: Context, name: string): Promise<void> {
  const texts = await Promise.all(
    [`${name}.sql`, `${name}.down.sql`].map((file) => readFile(join(migrationsDir, file), 'utf8')),
  );
  const checksum = createHash('sha256').update(texts.join('\0')).digest('hex');
  await db.sql`update msgdb.migrations set checksum = ${checksum} where name = ${name}`;
}

describe('a migration that was renamed', () => {
  test('is told from a missing one and a new one, and repair records its new name, of what it did too', async () => {
    const context = await makeApplied();
    await move(context, '0002-b.sql', '0002-bee.sql');
    await move(context, '0002-b.down.sql', '0002-bee.down.sql');
    expect(await refusals(context)).toEqual([
      'MSGDB_MIGRATION_RENAMED: 0002-b was applied, and its file is 0002-bee now. Give the file its name 0002-b back, or record the new one with `msgdb repair 0002-bee`.',
    ]);
    expect((await status(context, { exitCode: false })).next).toBe('msgdb repair 0002-bee');
    expect(await repair(context, { name: '0002-bee' })).toMatchObject({
      created: ['0002-bee'],
      summary: 'recorded under its new name: 0002-b is 0002-bee',
    });
    expect(await applied()).toEqual(['0001-a', '0002-bee', '0003-c']);
    expect(await column(db.sql, `select distinct migration from msgdb.ledger where migration like '0002%'`)).toEqual([
      '0002-bee',
    ]);
    expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: false }));
    expectOk(await rollback(context, { dryRun: false, to: '0001' }));
    expect(await column(db.sql, `select coalesce(to_regclass('b')::text, 'gone')`)).toEqual(['gone']);
  });

  test('and edited is missing', async () => {
    const context = await makeApplied();
    await move(context, '0003-c.sql', '0003-sea.sql');
    await move(context, '0003-c.down.sql', '0003-sea.down.sql');
    await edit(context, '0003-sea.sql', (text) => `${text}select 1;\n`);
    expect(await refusals(context)).toEqual([expect.stringMatching(/^MSGDB_MIGRATION_MISSING: 0003-c /)]);
  });
});

test('a migration whose file is gone for good is forgotten by name; what it made and archived stays', async () => {
  const context = await makeApplied();
  await rm(join(context.migrationsDir, '0002-b.sql'));
  await rm(join(context.migrationsDir, '0002-b.down.sql'));
  expect(await refusals(context)).toEqual([
    'MSGDB_MIGRATION_MISSING: 0002-b was applied, but its file is missing. Restore the file from version control, or point --migrations-dir at the right folder. Where it is gone for good, `msgdb repair 0002-b` takes it out of the history; what it did stays.',
  ]);
  expect((await repair(context, {})).summary).toContain('nothing to do');
  expect((await repair(context, { name: '0002-b' })).summary).toContain('taken out of the history: 0002-b');
  expect(await refusals(context)).toEqual([]);
  expect(await column(db.sql, 'select id from b')).toEqual(['1']);
  await write(context, '0002-b.sql', 'insert into b values (2);');
  expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: true }));
  expect(await column(db.sql, 'select id from b')).toEqual(['1', '2']);
});

describe('two migrations with one number', () => {
  test('are refused while one of them is pending, with the next free name', async () => {
    const context = await makeApplied();
    await write(context, '0003-other.sql', 'create table other (id int);');
    expect(await refusals(context)).toEqual([
      'MSGDB_DUPLICATE_NUMBER: 0003-other has the number of 0003-c. Rename it to 0004-other, or run `msgdb migrate --allow-out-of-order`.',
    ]);
    expect(await column(db.sql, `select coalesce(to_regclass('other')::text, 'gone')`)).toEqual(['gone']);
    expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: true }));
    expect(await refusals(context)).toEqual([]);
  });

  test('are told once where both are pending, and not of numbers that are equal only as text', async () => {
    const context = await makeContext(db, {
      migrationsDir: await makeProject({ '01-x.sql': 'select 1;', '001-y.sql': 'select 1;', '10-z.sql': 'select 1;' }),
    });
    expect(await refusals(context)).toEqual([
      expect.stringMatching(/^MSGDB_DUPLICATE_NUMBER: 01-x has the number of 001-y\. Rename it to 11-x/),
    ]);
  });
});

test('one that sorts before an applied one is named with the name that comes last', async () => {
  const context = await makeApplied();
  await write(context, '0000-late.sql', 'select 1;');
  expect(await refusals(context)).toEqual([
    'MSGDB_OUT_OF_ORDER: 0000-late sorts before 0003-c, which has been applied. Rename it to 0004-late, or run `msgdb migrate --allow-out-of-order`.',
  ]);
});

describe('migrate --only', () => {
  test('applies one migration, and leaves those before and after it pending', async () => {
    const context = await makeContext(db, { migrationsDir: await makeProject(FILES) });
    const report = await migrate(context, { dryRun: false, allowOutOfOrder: false, only: '0002' });
    expectOk(report);
    expect(report.applied.map(({ name }) => name)).toEqual(['0002-b']);
    expect(report.pending).toEqual(['0001-a', '0003-c']);
    expect(report.summary).toBe('1 migration applied, 2 others are pending');
    expect(await applied()).toEqual(['0002-b']);
    const again = await migrate(context, { dryRun: false, allowOutOfOrder: false, only: '0002-b' });
    expect(again.summary).toBe('nothing to do: 0002-b is applied, 2 others are pending');
  });

  test('is refused where its own migration comes too late, and is not kept back by others', async () => {
    const context = await makeApplied();
    await write(context, '0000-late.sql', 'create table late (id int);');
    await write(context, '0004-d.sql', 'create table d (id int);');
    expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: false, only: '0004' }));
    const late = await migrate(context, { dryRun: false, allowOutOfOrder: false, only: '0000' });
    expect(late.findings).toMatchObject([{ code: 'MSGDB_OUT_OF_ORDER' }]);
    expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: true, only: '0000' }));
  });
});

describe('redo', () => {
  test('undoes the latest migration and applies it again, in one run', async () => {
    const context = await makeApplied();
    await db.sql`insert into c values (5)`;
    const report = await redo(context, { dryRun: false });
    expect(report).toMatchObject({ verdict: 'ok', findings: [], summary: '0003-c was undone and applied again' });
    expect(report.rolledBack.map(({ name }) => name)).toEqual(['0003-c']);
    expect(report.applied.map(({ name }) => name)).toEqual(['0003-c']);
    expect(await column(db.sql, 'select count(*) from c')).toEqual(['0']);
    expect(await column(db.sql, `select command from msgdb.runs where id = '${report.runId}'`)).toEqual(['redo']);
    expect(await applied()).toEqual(['0001-a', '0002-b', '0003-c']);
  });

  test('takes a name, and leaves those after it as they are', async () => {
    const context = await makeApplied();
    await db.sql`insert into b values (5)`;
    await db.sql`insert into c values (5)`;
    await redo(context, { dryRun: false, name: '0002' });
    expect(await column(db.sql, 'select id from b')).toEqual(['1']);
    expect(await column(db.sql, 'select id from c')).toEqual(['5']);
  });

  test('shows the undo with --dry-run, and changes nothing', async () => {
    const context = await makeApplied();
    const before = await fingerprint(db.sql, { physical: true });
    const report = await redo(context, { dryRun: true });
    expect(report).toMatchObject({
      verdict: 'ok',
      summary: '0003-c would be undone and applied again; nothing was changed',
    });
    expect(report.plan).toHaveLength(1);
    expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
  });

  test('of one that is not applied, or without any, says so', async () => {
    const context = await makeContext(db, { migrationsDir: await makeProject(FILES) });
    await expect(redo(context, { dryRun: false, name: '0002' })).rejects.toMatchObject({
      code: 'MSGDB_USAGE',
      message: 'redo 0002: 0002-b is not applied.',
    });
    expect(await redo(context, { dryRun: false })).toMatchObject({
      verdict: 'ok',
      summary: 'nothing to do: no migration is applied',
    });
  });

  test('whose second half fails has undone it, and says what to run', async () => {
    const context = await makeApplied();
    await db.sql`create function c_is_taken() returns event_trigger language plpgsql as $$ begin
      if tg_tag = 'CREATE TABLE' then raise 'no tables today'; end if; end $$`;
    await db.sql`create event trigger no_tables on ddl_command_start when tag in ('CREATE TABLE') execute function c_is_taken()`;
    const report = await redo(context, { dryRun: false });
    await db.sql`drop event trigger no_tables`;
    expect(report).toMatchObject({
      verdict: 'failed',
      exitCode: 5,
      next: 'msgdb migrate',
      summary: '0003-c was undone, and not applied again',
    });
    expect((await status(context, { exitCode: false })).migrations.at(-1)).toMatchObject({
      name: '0003-c',
      state: 'failed',
    });
    expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: false }));
  });
});

describe('SQL that cannot be run', () => {
  const BROKEN = 'create table d (id int);\nbegin;\n';

  test('is refused in a pending file before any is applied, also where it would come later', async () => {
    const context = await makeApplied();
    await write(context, '0004-good.sql', 'create table good (id int);\n');
    await write(context, '0005-broken.sql', BROKEN);
    const says = /0005-broken\.sql: Line 2 begins or ends a transaction\./;
    for (const to of [undefined, '0004'])
      await expect(migrate(context, { dryRun: false, allowOutOfOrder: false, to })).rejects.toThrow(says);
    await expect(status(context, { exitCode: false })).rejects.toThrow(says);
    expect(await applied()).toEqual(['0001-a', '0002-b', '0003-c']);
  });

  test('is refused in the undo of a pending file', async () => {
    const context = await makeApplied();
    await write(context, '0004-d.sql', 'create table d (id int);\n');
    await write(context, '0004-d.down.sql', 'drop table d;\ncommit;\n');
    await expect(migrate(context, { dryRun: false, allowOutOfOrder: false })).rejects.toThrow(
      /0004-d\.down\.sql: Line 2 begins or ends a transaction\./,
    );
  });

  test('is an edit in an applied file', async () => {
    const context = await makeApplied();
    await write(context, '0003-c.sql', BROKEN);
    expect(await refusals(context)).toEqual([
      expect.stringMatching(/^MSGDB_MIGRATION_EDITED: 0003-c was edited after it was applied\./),
    ]);
    expect((await status(context, { exitCode: false })).findings).toMatchObject([{ code: 'MSGDB_MIGRATION_EDITED' }]);
  });

  test('is refused before anything is done where it was undone and is to be applied again', async () => {
    const context = await makeApplied();
    expectOk(await rollback(context, { dryRun: false }));
    await write(context, '0003-c.sql', BROKEN);
    await expect(migrate(context, { dryRun: false, allowOutOfOrder: false })).rejects.toThrow(/0003-c\.sql: Line 2/);
  });
});
