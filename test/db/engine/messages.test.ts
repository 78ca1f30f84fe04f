import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { archiveShow } from '../../../src/commands/archive/archive-show.ts';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { status } from '../../../src/commands/status/status.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase } from './project.ts';

const db = useDatabase();
const RULE: UniqueKeyOptions = { table: 't', key: ['k'], limit: { share: 1 } };
const options = { dryRun: false, yes: true, samples: 0 };

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(
    `create table t (id int primary key, k text, n int); insert into t values (1, 'a', 1), (2, 'a', 2)`,
  );
});

test('one row is one row', async () => {
  const report = await findDuplicates(await makeContext(db), { rule: uniqueKey(RULE), samples: 0 });
  expect(report.findings[0]?.message).toBe('t: 1 excess row in 1 group by k.');
});

test('a run that leaves every group alone does not speak of what would be', async () => {
  const report = await dedupe(await makeContext(db), { ...options, rule: uniqueKey({ ...RULE, onDiffer: 'stop' }) });
  expect(report.summary).toBe('0 rows removed, 1 group left alone; nothing was changed');
});

test('rows of the archive that are not shown are counted', async () => {
  await db.sql`insert into t values (3, 'a', 3)`;
  const context = await makeContext(db);
  const { runId } = await dedupe(context, { ...options, rule: uniqueKey(RULE) });
  const shown = async (limit: number) => (await archiveShow(context, { runId: runId ?? '', limit })).summary;
  expect(await shown(1)).toBe('1 archived row shown, and there are more: --rows N shows them');
  expect(await shown(2)).toBe('2 archived rows shown');
  await expect(archiveShow(context, { runId: 'nope', limit: 1 })).rejects.toMatchObject({
    message: 'There is no run nope in this database.',
  });
});

test('of a run without rows in the archive it is said why: none were changed, all are back, none is kept', async () => {
  const context = await makeContext(db);
  const { runId } = await dedupe(context, { ...options, rule: uniqueKey(RULE) });
  const ids = { runId: runId ?? '', yes: true };
  await db.sql`insert into msgdb.runs (id, command, version) values ('idle', 'migrate', '0')`;
  const none = 'nothing to restore: run idle (migrate) removed and changed no rows';
  const idle = { runId: 'idle', yes: true };
  expect(await archiveRestore(context, idle)).toMatchObject({ verdict: 'ok', summary: none });
  expect(await archiveShow(context, { ...idle, limit: 1 })).toMatchObject({ verdict: 'ok', summary: none });
  await archiveRestore(context, ids);
  const back = { verdict: 'ok', summary: `nothing to restore: all rows of run ${runId} are back already` };
  expect(await archiveRestore(context, ids)).toMatchObject(back);
  expect(await archiveShow(context, { ...ids, limit: 1 })).toMatchObject(back);
  const lossy = await dedupe(context, { ...options, rule: uniqueKey({ ...RULE, losers: 'delete' }) });
  const kept = { message: expect.stringMatching(/cannot be undone: 1 row of t: removed without a copy/) };
  const lost = { runId: lossy.runId ?? '', yes: true };
  await expect(archiveRestore(context, lost)).rejects.toMatchObject(kept);
  await expect(archiveShow(context, { ...lost, limit: 1 })).rejects.toMatchObject(kept);
});

test('rows that are not restored: one sentence for each cause, with their number and what to do', async () => {
  await db.sql.unsafe(`create table c (id int primary key, t_id int references t, n int);
    insert into t select i, 'a', i from generate_series(3, 8) i; insert into c select i, i, 0 from generate_series(2, 8) i`);
  const context = await makeContext(db);
  const { runId } = await dedupe(context, { ...options, rule: uniqueKey({ ...RULE, limit: { share: 1 } }) });
  await db.sql.unsafe(
    `insert into t values (3, 'z', 3); delete from c where id = 4; update c set t_id = 3 where id in (5, 6)`,
  );
  const report = await archiveRestore(context, { runId: runId ?? '', yes: true });
  expect(report.findings.map(({ message, fix }) => [message, fix.split(' ')[0]]).toSorted()).toEqual([
    ['c: 1 row, (id)=(3), was not restored: a row that is referred to is not back', 'Bring'],
    ['c: 1 row, (id)=(4), was not restored: deleted since the run', 'To'],
    [
      'c: 2 rows, (id)=(5; 6), were not restored: changed since the run, and newer values are not overwritten',
      'Compare',
    ],
    [expect.stringMatching(/^t: 1 row, \(id\)=\(3\), was not restored: .*"t_pkey"/), 'See'],
  ]);
  expect(report).toMatchObject({ notRestoredRows: 5 });
});

test('a plan that only a limit holds back shows the steps it would have, and does none', async () => {
  const look = async (rule: UniqueKeyOptions) => {
    const shown = { ...options, dryRun: true, yes: false };
    return (await dedupe(await makeContext(db), { ...shown, rule: uniqueKey(rule) })).plan[0];
  };
  const limited = await look({ ...RULE, limit: { losers: 0 } });
  expect(limited).toMatchObject({ steps: [], held: [{ title: 'Lock t against writers, in one transaction' }] });
  await expect(look({ ...RULE, limit: { losers: 0 }, keep: ['nope'] })).rejects.toThrow('t has no column nope');
  const run = await dedupe(await makeContext(db), { ...options, rule: uniqueKey({ ...RULE, limit: { losers: 0 } }) });
  expect(run).toMatchObject({ verdict: 'findings', runId: null });
  expect(await db.sql`select from t`).toHaveLength(2);
});

test('a refused migrate names every reason as a finding, and the dry run that shows them comes next', async () => {
  const rule = uniqueKey({ ...RULE, agree: ['n'], limit: { losers: 0 } });
  const context = await makeFolder({ '0001-r.mjs': `export default ${JSON.stringify({ summary: 'r', up: [rule] })};` });
  const refused = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  expect(refused).toMatchObject({ summary: '0001-r is refused; nothing was changed', next: 'msgdb migrate --dry-run' });
  expect(refused.findings.map(({ code, migration }) => [code, migration])).toEqual([
    ['MSGDB_BLAST_RADIUS', '0001-r'],
    ['MSGDB_GROUP_DISAGREES', '0001-r'],
  ]);
});

test('a table that is not there: near names, else the tables that there are; nothing to find duplicates in', async () => {
  const look = async (table: string) => verify(await makeContext(db), { rule: uniqueKey({ ...RULE, table }) });
  await db.sql.unsafe('create schema other; create table other.messages (k text)');
  const { findings, next } = await look('mesages');
  expect([findings[0]?.fix, next]).toEqual(['Did you mean other.messages?', undefined]);
  expect((await look('quite_another')).findings[0]?.fix).toBe(
    'Write one of the tables of schema public: t; or SCHEMA.TABLE.',
  );
  expect((await look('nowhere.quite_another')).findings[0]).toMatchObject({
    message: 'names: There is no schema nowhere, and so no table quite_another in it.',
    fix: 'Schema nowhere has no tables. Write SCHEMA.TABLE; there are tables in schema other, public.',
  });
});

test('status without a migrations folder says so and shows the history of the database', async () => {
  const context = await makeContext(db, { migrationsDir: '/nowhere' });
  const look = async () => status(context, { exitCode: false });
  const config = { code: 'MSGDB_CONFIG_INVALID', message: 'There is no migrations folder /nowhere.' };
  expect(await look()).toMatchObject({ exitCode: 2, findings: [config], migrations: [], next: 'msgdb init' });
  await migrate(await makeFolder({ '0001-one.sql': 'select 1' }), { dryRun: false, allowOutOfOrder: false });
  const known = await look();
  expect(known).toMatchObject({ exitCode: 2, migrations: [{ name: '0001-one', state: 'done' }] });
  expect(known.findings.map(({ message }) => message)).toEqual([config.message]);
  expect(known.summary).toBe('1 migration in the history of this database, without a migrations folder');
});

test('without a migrations folder, a rule by flags is offered', async () => {
  const context = await makeContext(db, { migrationsDir: '/nowhere' });
  const looking = findDuplicates(context, { samples: 0 });
  await expect(looking).rejects.toMatchObject({
    message: 'There is no migrations folder /nowhere.',
    fix: expect.stringContaining('--table and --key'),
  });
});

async function makeFolder(files: Readonly<Record<string, string>>): Promise<Context> {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-messages-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(migrationsDir, name), text);
  return await makeContext(db, { migrationsDir });
}
