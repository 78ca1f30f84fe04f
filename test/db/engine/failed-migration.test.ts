import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { baseline } from '../../../src/commands/baseline/baseline.ts';
import type { Context } from '../../../src/commands/context/context.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { repair } from '../../../src/commands/repair/repair.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { status } from '../../../src/commands/status/status.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeProject } from '../../support/cli.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { expectTrueVerdict } from '../../support/verdict.ts';
import { cleanDatabase, column, expectOk, makeProjectOf, makeRule } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

async function makeFailed() {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-failed-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  await writeFile(join(migrationsDir, '0001-good.sql'), 'create table good (id int);');
  await writeFile(join(migrationsDir, '0001-good.down.sql'), 'drop table good;');
  await writeFile(join(migrationsDir, '0002-bad.sql'), 'alter table missing add a int;');
  const context = await makeContext(db, { migrationsDir });
  const report = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  expect(report.findings[0]?.fix).toMatch(/^Correct the SQL at the place .* Then run `msgdb migrate` again/);
  await rename(join(migrationsDir, '0002-bad.sql'), join(migrationsDir, '0003-better.sql'));
  return context;
}

test('one that failed at once and whose file was renamed is passed over by rollback', async () => {
  const context = await makeFailed();
  const report = await rollback(context, { dryRun: false });
  expectOk(report);
  expect(report.rolledBack.map(({ name }) => name)).toEqual(['0001-good']);
  expect(await column(db.sql, `select coalesce(to_regclass('good')::text, 'gone')`)).toEqual(['gone']);
});

test('repair forgets it', async () => {
  const context = await makeFailed();
  const report = await repair(context, { name: '0002-bad' });
  expect(report.summary).toContain('0002-bad');
  const { migrations } = await status(context, { exitCode: false });
  expect(migrations.map(({ name }) => name)).toEqual(['0001-good', '0003-better']);
});

test('one that did part of its work is neither passed over nor forgotten', async () => {
  const context = await makeFailed();
  await db.sql`insert into msgdb.ledger (run_id, migration, operation, kind, object)
    values ('r', '0002-bad', 0, 'ran-sql', '{"checksum": "x"}')`;
  await expect(rollback(context, { dryRun: false })).rejects.toMatchObject({ code: 'MSGDB_MIGRATION_MISSING' });
  await expect(repair(context, { name: '0002-bad' })).rejects.toMatchObject({ code: 'MSGDB_MIGRATION_MISSING' });
});

const COPIES = `create table t (id int primary key, k int, n int);
  insert into t select id, id / 2, 0 from generate_series(2, 9) id`;

test('a rule that is refused when SQL of its migration has run is no refused plan: the run stopped', async () => {
  await db.sql.unsafe(COPIES);
  const project = await makeProjectOf(db, [
    sql({ up: 'update t set n = id', down: 'update t set n = 0' }),
    uniqueKey({ table: 't', key: ['k'], agree: ['n'], limit: { share: 1 } }),
  ]);
  const report = await project.migrate();
  expect(report).toMatchObject({ verdict: 'findings', exitCode: 1 });
  expect(report.findings[0]).toMatchObject({
    message: expect.stringMatching(/^0001-the-test stopped half-way: (?!.*was refused)/),
    data: { why: expect.stringContaining('Done before it, and kept: SQL run.') },
    fix: expect.stringMatching(/Then run `msgdb migrate` again: what was done is recorded and not done twice\.$/),
  });
  const refused = await makeProjectOf(db, [
    sql({ up: 'alter table t alter n type bigint', down: 'alter table t alter n type int' }),
    uniqueKey({ table: 't', key: ['k'], merge: { id: 'max' } }),
  ]);
  await repair(project.context, { name: '0001-the-test' }).catch(() => undefined);
  await db.sql`delete from msgdb.migrations`;
  await db.sql`delete from msgdb.ledger`;
  const stopped = (await refused.migrate()).findings[0];
  expect(stopped).toMatchObject({
    code: 'MSGDB_STOPPED',
    message: '0001-the-test stopped half-way: t: id is the primary key; leave it out of merge.',
    fix: expect.stringMatching(/^Take id out of merge\. Then run `msgdb migrate` again/),
  });
});

test('what batches before had done is said where a trigger keeps children as they were', async () => {
  await db.sql.unsafe(`${COPIES};
    create table c (id int primary key, t_id int);
    insert into c values (1, 3), (2, 9);
    create function keep() returns trigger language plpgsql as $$ begin
      if new.id > 1 then return old; end if; return new; end $$;
    create trigger keep before update on c for each row execute function keep()`);
  const references = [{ table: 'c', column: 't_id', kind: 'soft' as const }];
  const settings = { strategy: 'online' as const, batchSize: 2 };
  const report = await (await makeRule(db, { table: 't', key: ['k'], references }, settings)).migrate();
  expect(report).toMatchObject({ exitCode: 1, findings: [{ code: 'MSGDB_STOPPED' }] });
  expect(report.findings[0]?.message).toMatch(/^0001-the-test stopped half-way: .*batch was undone/);
  expect(report.findings[0]?.data?.why).toMatch(/Done before it, and kept: 3 rows of t removed, 1 row of c changed\.$/);
});

describe('baseline', () => {
  const RULE = `import { migration, uniqueKey } from 'msgdb';
    export default migration({ summary: 'x', up: [uniqueKey({ table: 'base', key: ['k'], index: 'base_k' })] });`;

  async function makeOld() {
    const project = await makeProject({
      '0001-old.sql': 'create table base (id int primary key, k int); insert into base values (1, 1);',
      '0001-old.down.sql': 'drop table base;',
      '0002-older.sql': 'insert into base values (2, 2);',
      '0003-rule.js': RULE,
      '0004-later.sql': 'insert into base values (9, 9);',
    });
    await db.sql.unsafe(`drop schema if exists msgdb cascade; drop table if exists base;
      create table base (id int primary key, k int); insert into base values (1, 1), (2, 2);
      create unique index base_k on base (k)`);
    return await makeContext(db, { migrationsDir: project });
  }
  const state = async (context: Context) =>
    (await status(context, { exitCode: false })).migrations.map(({ name, state: of }) => `${name.slice(0, 4)} ${of}`);

  test('marks SQL up to the first rule, runs none of it, and rollback undoes it', async () => {
    const context = await makeOld();
    const seen = await baseline(context, { dryRun: true });
    expect([seen.created, await column(db.sql, `select coalesce(to_regnamespace('msgdb')::text, 'none')`)]).toEqual([
      ['0001-old', '0002-older'],
      ['none'],
    ]);
    const report = await baseline(context, { dryRun: false });
    expectTrueVerdict(report);
    expect(report.created).toEqual(['0001-old', '0002-older']);
    expect(await state(context)).toEqual(['0001 done', '0002 done', '0003 pending', '0004 pending']);
    expect((await baseline(context, { dryRun: false })).created).toEqual([]);

    // The rest is done as ever: the index is taken, and the SQL after it is run.
    expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: false }));
    expect(await column(db.sql, 'select id::text from base order by id')).toEqual(['1', '2', '9']);
    const undone = await rollback(context, { dryRun: false, to: '0003' });
    expect(undone.verdict).not.toBe('ok');
  });

  test('its SQL is undone by rollback', async () => {
    const context = await makeOld();
    await baseline(context, { dryRun: false, name: '1' }).catch(() => undefined);
    await baseline(context, { dryRun: false, name: '0001' });
    expect(await state(context)).toEqual(['0001 done', '0002 pending', '0003 pending', '0004 pending']);
    expectOk(await rollback(context, { dryRun: false }));
    expect(await column(db.sql, `select coalesce(to_regclass('base')::text, 'gone')`)).toEqual(['gone']);
  });

  test('marks no rule, nothing behind one, and nothing that was begun', async () => {
    const context = await makeOld();
    await expect(baseline(context, { dryRun: false, name: '0003' })).rejects.toMatchObject({
      message: '0003-rule cannot be marked as applied: it is not SQL alone.',
      fix: expect.stringContaining('msgdb migrate'),
    });
    await expect(baseline(context, { dryRun: false, name: '0004' })).rejects.toMatchObject({
      fix: expect.stringContaining('msgdb migrate --to 0003-rule'),
    });
    expect(await state(context)).toEqual(['0001 pending', '0002 pending', '0003 pending', '0004 pending']);
    // A run that met the table did nothing: that is when one learns of it. One that did something is another matter.
    await migrate(context, { dryRun: false, allowOutOfOrder: false });
    expect(await state(context)).toContain('0001 failed');
    await db.sql`insert into msgdb.ledger (run_id, migration, operation, kind, object)
      values ('r', '0001-old', 0, 'ran-sql', '{"checksum": "x"}')`;
    await expect(baseline(context, { dryRun: false })).rejects.toMatchObject({
      message: expect.stringContaining('msgdb itself has begun it'),
    });
    await db.sql`delete from msgdb.ledger`;
    expect((await baseline(context, { dryRun: false })).created).toEqual(['0001-old', '0002-older']);
  });
});
