import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe.ts';
import { migrate } from '../../../src/commands/migrate.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { asRun } from '../online/run.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeRule, type Project } from './project.ts';

const db = useDatabase();
const WORK_TABLES = `select relname from pg_class where relname like 'work%' and relkind = 'r'`;
let project: Project;

/** As a run leaves things that is killed after its last commit. */
beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe('create table t (id int primary key, k int); insert into t values (1, 1), (2, 1)');
  project = await makeRule(db, { table: 't', key: ['k'], limit: { share: 1 } });
  expectOk(await project.migrate());
  await db.sql.unsafe('create unlogged table msgdb.work_staged (grp int)');
});

test('a run with nothing to do clears away what a killed one left', async () => {
  expect((await project.migrate()).summary).toContain('nothing to do');
  await expectNoDebris(db.sql);
  expectOk(await project.rollback());
  await db.sql.unsafe('create unlogged table msgdb.work_staged (grp int)');
  expect((await project.rollback()).summary).toContain('nothing to do');
  await expectNoDebris(db.sql);
});

test('so does dedupe, asked to go on or not', async () => {
  for (const yes of [true, false]) {
    await db.sql.unsafe('create unlogged table if not exists msgdb.work_staged (grp int)');
    const rule = uniqueKey({ table: 't', key: ['k'] });
    const report = await dedupe(await makeContext(db), { dryRun: false, yes, samples: 0, rule });
    expect(report.summary).toContain('nothing to do');
    await expectNoDebris(db.sql);
  }
});

test('what another run is working with is left alone, and not waited for', async () => {
  await asRun(db, {}, async () => {
    await db.sql.unsafe('create unlogged table msgdb.work_staged (grp int)');
    expect((await project.migrate()).summary).toContain('nothing to do');
    expect(await column(db.sql, WORK_TABLES)).toEqual(['work_staged']);
  });
  await expectNoDebris(db.sql);
});

test('what somebody reads is not waited for without end, and a function that lost its comment is nobody’s fence', async () => {
  await db.sql.unsafe('create function msgdb.fence_0123456789() returns int language sql as $$ select 1 $$');
  const reader = db.open();
  await reader.unsafe('begin; select count(*) from msgdb.work_staged');
  const told: string[] = [];
  const context = await makeContext(db, {
    migrationsDir: project.context.migrationsDir,
    settings: { lockTimeoutMs: 50, lockRetries: 1 },
    emit: (event) => {
      if (event.kind === 'note') told.push(event.message);
    },
  });
  const report = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  expect(report.summary).toContain('nothing to do');
  expect(told).toEqual([expect.stringMatching(/^work tables could not be removed, and the next run tries again/)]);
  await reader.unsafe('rollback');
});

test('a run that is refused touches nothing', async () => {
  const edited = `export default { summary: 'x', up: [{ kind: 'sql', up: 'select 1' }] }`;
  await writeFile(join(project.context.migrationsDir, '0001-the-test.mjs'), edited);
  const report = await project.migrate();
  expect([report.summary, ...report.findings.map(({ code }) => code)]).toEqual([
    'nothing was done',
    'MSGDB_MIGRATION_EDITED',
  ]);
  expect(await column(db.sql, WORK_TABLES)).toEqual(['work_staged']);
});
