import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { archiveList } from '../../../src/commands/archive/archive-list.ts';
import { archivePurge } from '../../../src/commands/archive/archive-purge.ts';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { archiveShow } from '../../../src/commands/archive/archive-show.ts';
import { checkUpserts } from '../../../src/commands/check-upserts/check-upserts.ts';
import type { Context } from '../../../src/commands/context/context.ts';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { createMigration } from '../../../src/commands/new/new.ts';
import { repair } from '../../../src/commands/repair/repair.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { status } from '../../../src/commands/status/status.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import type { Listener } from '../../../src/model/event.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { renderReport } from '../../../src/report/render.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { expectTrueVerdict } from '../../support/verdict.ts';
import { cleanDatabase, column } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

async function makeFolder(files: Readonly<Record<string, string>>): Promise<Context> {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-verdicts-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(migrationsDir, name), text);
  return await makeContext(db, { migrationsDir });
}

const PLAIN = { width: 100, colour: false, unicode: true, verbose: false, redact: false };
const TWO = { '0001-first.sql': 'create table a (id int);', '0002-second.sql': 'create table b (id int);' };

async function apply(context: Context, to?: string, dryRun = false) {
  const report = await migrate(context, { dryRun, allowOutOfOrder: false, to });
  const { migrations } = await status(context, { exitCode: false });
  const done = migrations.filter(({ state }) => state === 'done').length;
  expectTrueVerdict(report, { 'migrations? (is|are) applied': done });
  return report;
}

test('migrate --to counts what is applied, and names what is pending behind it', async () => {
  const context = await makeFolder(TWO);
  expect(await apply(context, '0001', true)).toMatchObject({
    summary: '1 migration would be applied, 1 later one is pending; nothing was changed',
    pending: ['0001-first', '0002-second'],
  });
  expect(await apply(context, '0001')).toMatchObject({
    summary: '1 migration applied, 1 later one is pending',
    pending: ['0002-second'],
  });
  const again = await apply(context, '0001-first');
  expect(again).toMatchObject({
    summary: 'nothing to do: 1 migration is applied, 1 later one is pending',
    pending: ['0002-second'],
  });
  expect(renderReport(again, 'human', PLAIN)).toContain('○ 0002-second');
  expect((await apply(context)).summary).toBe('1 migration applied');
  expect((await apply(context, '0001')).summary).toBe('nothing to do: 2 migrations are applied');
});

test('migrate in a folder without migrations says that there are none', async () => {
  const context = await makeFolder({});
  expect((await apply(context)).summary).toBe(`nothing to do: there are no migrations in ${context.migrationsDir}`);
});

test('status with a failed migration is not OK; a pending one is a finding for --exit-code alone', async () => {
  const context = await makeFolder({ ...TWO, '0002-second.sql': 'alter table missing add b int;' });
  const look = async (exitCode = false) => {
    const report = await status(context, { exitCode });
    const text = expectTrueVerdict(report);
    return { summary: report.summary, verdict: report.verdict, exit: exitCodeOf(report), text };
  };
  expect(await look()).toMatchObject({ summary: '0 of 2 migrations applied, 2 pending', verdict: 'ok', exit: 0 });
  expect(await look(true)).toMatchObject({ verdict: 'findings', exit: 1 });
  expect(await apply(context)).toMatchObject({ summary: '1 migration applied, then stopped', verdict: 'failed' });
  const failed = await look();
  const counted = '1 of 2 migrations applied, 0 pending, 1 failed';
  expect(failed).toMatchObject({ summary: counted, verdict: 'findings', exit: 1 });
  expect(failed.text).toContain('0002-second failed, and is not applied');
  await rm(join(context.migrationsDir, '0002-second.sql'));
  expect((await look()).text).toContain('`msgdb repair 0002-second`');
});

test('archive restore of a run whose rows were purged, or never kept, is not OK, and nobody is asked', async () => {
  await db.sql.unsafe(
    'create table t (id int primary key, k int); insert into t values (1, 1), (2, 1), (3, 2), (4, 2)',
  );
  const context = await makeContext(db);
  const remove = async (rule: UniqueKeyOptions) => {
    const options = { rule: uniqueKey({ limit: { share: 1 }, ...rule }), dryRun: false, yes: true, samples: 0 };
    return (await dedupe(context, options)).runId ?? '';
  };
  const kept = await remove({ table: 't', key: ['k'], where: 'k = 1' });
  expectTrueVerdict(await archiveList(context));
  expectTrueVerdict(await archiveShow(context, { runId: kept, limit: 5 }));
  expect(expectTrueVerdict(await archivePurge(context, { olderThanMs: 0, yes: true }))).toContain('1 archived row');
  const gone = archiveRestore(context, { runId: kept, yes: false });
  await expect(gone).rejects.toMatchObject({
    code: 'MSGDB_NOT_RESTORED',
    exitCode: 1,
    message: `Run ${kept} cannot be undone: 1 row of t: purged from the archive.`,
  });
  const deleted = await remove({ table: 't', key: ['k'], losers: 'delete' });
  await expect(archiveRestore(context, { runId: deleted, yes: false })).rejects.toMatchObject({
    code: 'MSGDB_NOT_RESTORED',
    message: expect.stringContaining("1 row of t: removed without a copy (losers: 'delete')"),
  });
});

test('archive restore counts what it could not put back, and puts the rest back', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k int); insert into t values (1, 1), (2, 1);
    create table c (id int primary key, t int references t); insert into c values (1, 2)`);
  const context = await makeContext(db);
  const rule = uniqueKey({ table: 't', key: ['k'], losers: 'delete', limit: { share: 1 } });
  const { runId } = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
  const report = await archiveRestore(context, { runId: runId ?? '', yes: true });
  expect(report).toMatchObject({ verdict: 'findings', notRestoredRows: 2, restoredRows: 0 });
  expectTrueVerdict(report);
  expect(await column(db.sql, 'select t from c')).toEqual(['1']);
});

test('an interrupted dedupe marks no table as clean, and removed is what was removed', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k int); insert into t select i, i / 2 from generate_series(0, 39) i;
    create table u (id int primary key, k int); insert into u values (1, 1), (2, 1)`);
  const rules = ['u', 't'].map((table) => uniqueKey({ table, key: ['k'], limit: { share: 1 } }));
  const context = await makeFolder({
    '0001-rules.mjs': `export default ${JSON.stringify({ summary: 'rules', up: rules })};`,
  });
  const controller = new AbortController();
  const report = await dedupe(
    {
      ...context,
      settings: { ...context.settings, batchSize: 4, strategy: 'online' },
      signal: controller.signal,
      emit: (event) => event.kind === 'progress' && event.title.includes('of t') && controller.abort(),
    },
    { dryRun: false, yes: true, samples: 0 },
  );
  const text = expectTrueVerdict(report);
  const [{ left } = {}] = await db.sql<{ left: string }[]>`select count(*) as left from t`;
  expect(report).toMatchObject({ verdict: 'failed', exitCode: 130 });
  expect(report.targets.map(({ deleted }) => deleted)).toEqual([1, 40 - Number(left)]);
  expect(Number(left)).toBeGreaterThan(20);
  expect(text).toMatch(/^✓ u /m);
  expect(text).toMatch(/^▲ t /m);
});

test('a plan file: written, the same, outdated, applied in part', async () => {
  await db.sql.unsafe(TABLE);
  const context = await makeFolder({});
  const file = join(context.migrationsDir, 'a.plan');
  const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
  const written = await dedupe(context, { rule, dryRun: true, yes: false, samples: 0, planOut: file });
  expectTrueVerdict(written);
  expect(written.summary).toContain('2 rows in 2 groups would be removed');
  const listed = { 'rows? in': 2, 'groups?,': 2 };
  const same = await applyPlan(context, { file, dryRun: true, yes: false });
  expect(same.summary).toBe('2 rows in 2 groups would be removed, as the plan lists them; nothing was changed');
  expectTrueVerdict(same, listed);
  await db.sql.unsafe('delete from t where id = 2');
  const outdated = await applyPlan(context, { file, dryRun: true, yes: false });
  expect(outdated).toMatchObject({
    verdict: 'findings',
    summary:
      '1 of the 2 rows that the plan lists would be removed; 1 row in 1 group would be left out; nothing was changed',
  });
  const applied = await applyPlan(context, { file, dryRun: false, yes: true });
  expect(applied).toMatchObject({ verdict: 'findings', summary: '1 row removed; 1 row in 1 group left out' });
  const nothing = await applyPlan(context, { file, dryRun: false, yes: true });
  expect(nothing.findings).toMatchObject([{ code: 'MSGDB_PLAN_OUTDATED' }]);
});

test('an interrupted migrate has applied what it says, and what it had begun is pending', async () => {
  const context = await makeFolder(TWO);
  const controller = new AbortController();
  const emit: Listener = (event) => {
    if (event.kind === 'section' && event.title === '0002-second') controller.abort();
  };
  const options = { dryRun: false, allowOutOfOrder: false };
  const report = await migrate({ ...context, signal: controller.signal, emit }, options);
  const text = expectTrueVerdict(report);
  expect(report).toMatchObject({
    summary: '1 migration applied, then stopped',
    exitCode: 130,
    applied: [{ name: '0001-first' }],
    pending: ['0002-second'],
  });
  expect(text).not.toMatch(/✓ 0002/);
  expect(await column(db.sql, `select to_regclass('b')`)).toEqual([null]);
  const after = await status(context, { exitCode: false });
  expectTrueVerdict(after);
  expect((await apply(context)).verdict).toBe('ok');
});

test('the time that a question waits for its answer is nobody’s work', async () => {
  await db.sql.unsafe('create table t (id int primary key, k int); insert into t values (1, 1), (2, 1)');
  const HOUR = 3_600_000;
  const now = performance.now.bind(performance);
  const context = await makeContext(db, {
    confirm: async () => {
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + HOUR);
      onTestFinished(() => clock.mockRestore());
      return true;
    },
  });
  const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
  const removed = await dedupe(context, { rule, dryRun: false, yes: false, samples: 0 });
  expect(removed).toMatchObject({ verdict: 'ok', targets: [{ deleted: 1 }] });
  expect(removed.durationMs).toBeLessThan(HOUR);
  vi.restoreAllMocks();
  const restored = await archiveRestore(context, { runId: removed.runId ?? '', yes: false });
  expect(restored).toMatchObject({ verdict: 'ok', restoredRows: 1 });
  expect(restored.durationMs).toBeLessThan(HOUR);
  vi.restoreAllMocks();
  expect((await archivePurge(context, { olderThanMs: 0, yes: false })).durationMs).toBeLessThan(HOUR);
});

test('archive purge asks about an age in the unit that it is a multiple of', async () => {
  const questions: string[] = [];
  const context = await makeContext(db, {
    confirm: async (question) => {
      questions.push(question);
      return false;
    },
  });
  const MINUTE = 60_000;
  for (const minutes of [0, 1, 10, 720, 90, 43_200, 525_960]) {
    const purge = archivePurge(context, { olderThanMs: minutes * MINUTE, yes: false });
    await expect(purge).rejects.toMatchObject({ code: 'MSGDB_CONFIRMATION_NEEDED' });
  }
  expect(questions.map((question) => /rows of (.+)\?/.exec(question)?.[1])).toEqual([
    'all runs',
    'runs older than 1 minute',
    'runs older than 10 minutes',
    'runs older than 12 hours',
    'runs older than 90 minutes',
    'runs older than 30 days',
    'runs older than 1 year',
  ]);
});

test('of a script that ran in part, statement by statement, it is said what ran and where it goes on', async () => {
  const context = await makeFolder({
    '0001-part.sql': `create table a (id int);
create index concurrently a_id on a (id);
create index concurrently b_id on b (id);`,
    '0001-part.down.sql': 'drop table a;',
  });
  const expected =
    'Correct the SQL at the place that the message points to; -v shows the whole statement. 2 statements, at lines 1 to 2, have run and are recorded: leave them as they are. ' +
    'Then run `msgdb migrate` again: the script goes on with the statement that failed.';
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { findings } = await apply(context);
    expect(findings[0]?.message).toContain('Line 3: ');
    expect(findings[0]?.fix).toBe(expected);
  }
  await db.sql.unsafe('create table b (id int)');
  expect((await apply(context)).verdict).toBe('ok');
});

const TABLE = `
  create table t (id int primary key, k int, tenant int, note text, live boolean default true);
  insert into t (id, k, tenant, note) values (1, 1, 1, 'a'), (2, 1, 1, 'a'), (3, 2, 1, 'a'), (4, 2, 2, 'b'), (5, 3, 1, 'a');
  create table clean (id int primary key, k int, live boolean default true); insert into clean values (1, 1), (2, 2)`;

describe('dedupe says of a rule what comes of it', () => {
  const cases: readonly (readonly [string, Partial<UniqueKeyOptions>, string, string])[] = [
    ['rows that go', {}, '2 rows would be removed', '2 rows removed'],
    ['rows that go for good', { losers: 'delete' }, '2 rows would be removed', '2 rows removed'],
    [
      'rows that are marked',
      { losers: { set: { live: false } }, where: 'live' },
      '2 rows would be marked',
      '2 rows marked',
    ],
    ['groups that disagree', { agree: ['tenant'] }, '1 row would be removed, 1 group left alone', '1 row removed'],
    ['groups that differ', { onDiffer: 'stop' }, '1 row would be removed, 1 group left alone', '1 row removed'],
    ['no copies', { where: 'id > 4' }, 'nothing to do: no duplicates', 'nothing to do: no duplicates'],
    ['a limit', { limit: { share: 0.1 } }, 'the plan is refused', 'the plan is refused'],
  ];
  test.each(cases)('%s', async (_, options, planned, done) => {
    await db.sql.unsafe(TABLE);
    const context = await makeContext(db);
    const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 }, ...options });
    const unchanged = planned.startsWith('nothing') ? '' : '; nothing was changed';
    const plan = await dedupe(context, { rule, dryRun: true, yes: false, samples: 3 });
    expectTrueVerdict(plan, planned.includes('left') ? { 'rows? would be': 1 } : {});
    expect(plan.summary).toBe(`${planned}${unchanged}`);
    const report = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
    expectTrueVerdict(report);
    expect(report.summary).toBe(done.startsWith('the plan') ? `${done}${unchanged}` : done);
    expectTrueVerdict(await findDuplicates(context, { rule, samples: 1 }));
    expectTrueVerdict(await verify(context, { rule }));
    if (report.runId === null) return;
    expectTrueVerdict(await archiveList(context));
    if (options.losers === 'delete') return;
    const { runId } = report;
    expectTrueVerdict(await archiveShow(context, { runId, limit: 1 }));
    expectTrueVerdict(await archiveRestore(context, { runId, yes: true }));
    expectTrueVerdict(await archiveShow(context, { runId, limit: 1 }));
  });
});

test('several rules at once, some broken, some clean, some that cannot be looked at', async () => {
  await db.sql.unsafe(TABLE);
  const rules = ['t', 'clean', 'gone'].map((table) => uniqueKey({ table, key: ['k'], limit: { share: 1 } }));
  const context = await makeFolder({
    '0001-rules.mjs': `export default ${JSON.stringify({ summary: 'rules', up: rules })};`,
  });
  const found = await findDuplicates(context, { samples: 2 });
  expectTrueVerdict(found);
  expect(found.summary).toBe('2 excess rows in 1 of 3 rules; 1 rule could not be checked');
  expectTrueVerdict(await verify(context, {}));
  expectTrueVerdict(await status(context, { exitCode: true }));
  expectTrueVerdict(await doctor(context));
  await apply(context, undefined, true);
  await db.sql.unsafe('create table gone (k int)');
  await apply(context, undefined, true);
  await apply(context);
  expectTrueVerdict(await findDuplicates(context, { samples: 2 }));
  const verified = await verify(context, {});
  expectTrueVerdict(verified);
  expect(verified.verdict).toBe('ok');
  const [built] = await column(
    db.sql,
    `select indexname from pg_indexes where tablename = 'clean' and indexname !~ 'pkey'`,
  );
  await db.sql.unsafe(`drop index ${built}`);
  const lost = await verify(context, {});
  expectTrueVerdict(lost);
  expect(lost.verdict).toBe('findings');
  expectTrueVerdict(await status(context, { exitCode: false }));
  await apply(context, undefined, true);
  expect((await apply(context)).summary).toBe('1 lost index built again');
  expectTrueVerdict(await rollback(context, { dryRun: true }));
  expectTrueVerdict(await rollback(context, { dryRun: false }));
  expectTrueVerdict(await rollback(context, { dryRun: false }));
  expectTrueVerdict(await status(context, { exitCode: true }));
});

test('a history and files that do not fit: edited, missing, late, refused', async () => {
  await db.sql.unsafe(TABLE);
  const context = await makeFolder(TWO);
  const at = (name: string) => join(context.migrationsDir, name);
  const everything = async () => {
    const reports = [
      await status(context, { exitCode: false }),
      await verify(context, {}),
      await migrate(context, { dryRun: true, allowOutOfOrder: false }),
      await migrate(context, { dryRun: false, allowOutOfOrder: false }),
    ];
    for (const report of reports) expectTrueVerdict(report);
    return reports.map(({ verdict, summary }) => [verdict, summary]);
  };
  await apply(context);
  await writeFile(at('0001-first.sql'), 'create table edited (id int);');
  await rm(at('0002-second.sql'));
  expect(await everything()).toEqual([
    ['findings', '2 of 2 migrations applied, 0 pending'],
    ['findings', '2 migrations differ from the history'],
    ['findings', 'nothing was done'],
    ['findings', 'nothing was done'],
  ]);
  const repaired = await repair(context, {});
  expectTrueVerdict(repaired);
  await writeFile(at('0002-second.sql'), TWO['0002-second.sql']);
  await writeFile(at('0001-a-late-one.sql'), 'select 1');
  expect((await everything()).map(([verdict]) => verdict)).toEqual(['findings', 'findings', 'findings', 'findings']);
  await rm(at('0001-a-late-one.sql'));
  const rule = uniqueKey({ table: 't', key: ['k'], agree: ['tenant'], limit: { share: 1 } });
  await writeFile(at('0003-rule.mjs'), `export default ${JSON.stringify({ summary: 'refused', up: [rule] })};`);
  expect(await everything()).toMatchObject([
    ['ok', '2 of 3 migrations applied, 1 pending'],
    ['findings', expect.stringMatching(/^\d of \d checks failed$/)],
    ['findings', 'the plan is refused; nothing was changed'],
    ['findings', '0003-rule is refused; nothing was changed'],
  ]);
});

test('an undo that is refused, that leaves rows, and that fails', async () => {
  await db.sql.unsafe(TABLE);
  const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
  const context = await makeFolder({
    '0001-rule.mjs': `export default ${JSON.stringify({ summary: 'rule', up: [rule] })};`,
    '0002-sql.sql': 'create table a (id int);',
  });
  await apply(context);
  const refused = await rollback(context, { dryRun: false });
  expect(refused).toMatchObject({ verdict: 'findings', summary: 'the undo is refused; nothing was changed' });
  expectTrueVerdict(refused);
  await writeFile(join(context.migrationsDir, '0002-sql.down.sql'), 'drop table missing');
  expectTrueVerdict(await repair(context, {}));
  const failed = await rollback(context, { dryRun: false });
  expect(failed).toMatchObject({ verdict: 'failed', summary: '0 migrations rolled back, then stopped' });
  expectTrueVerdict(failed);
  expectTrueVerdict(await status(context, { exitCode: false }));
  await writeFile(join(context.migrationsDir, '0002-sql.down.sql'), 'drop table a');
  expectTrueVerdict(await repair(context, {}));
  await db.sql.unsafe(`insert into t (id, k) values (2, 9)`);
  const left = await rollback(context, { dryRun: false, step: 2 });
  expect(left).toMatchObject({ verdict: 'findings', restoredRows: 1, notRestoredRows: 1 });
  expectTrueVerdict(left);
});

test('a purged migration that is rolled back does not pass for restored', async () => {
  await db.sql.unsafe(TABLE);
  const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
  const context = await makeFolder({
    '0001-rule.mjs': `export default ${JSON.stringify({ summary: 'rule', up: [rule] })};`,
  });
  await apply(context);
  expectTrueVerdict(await archivePurge(context, { olderThanMs: 0, yes: true }));
  expectTrueVerdict(await archivePurge(context, { olderThanMs: 0, yes: true }));
  const report = await rollback(context, { dryRun: false });
  expectTrueVerdict(report);
  expect(report).toMatchObject({ verdict: 'findings', notRestoredRows: 2, restoredRows: 0 });
});

test('files that are written, and source that is read', async () => {
  const context = await makeFolder({ 'a.sql': 'insert into t (k) values (1) on conflict (k) do nothing;' });
  expectTrueVerdict(await createMigration(context, { name: 'It is about 3 things', sql: false }));
  await db.sql.unsafe(TABLE);
  const look = {
    paths: [join(context.migrationsDir, 'a.sql')],
    updateBaseline: false,
    writeMigrations: false,
    withPending: false,
    strict: false,
  };
  expectTrueVerdict(await checkUpserts(context, look));
  await db.sql.unsafe('delete from t where id in (2, 4); create unique index on t (k)');
  expectTrueVerdict(await checkUpserts(context, look));
});
