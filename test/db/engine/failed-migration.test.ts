import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate.ts';
import { repair } from '../../../src/commands/repair.ts';
import { rollback } from '../../../src/commands/rollback.ts';
import { status } from '../../../src/commands/status.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk } from './project.ts';

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
