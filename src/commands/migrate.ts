import { readHistory } from '../catalog/read-history.ts';
import { type Applied, applyMigration } from '../engine/migrations/apply-migration.ts';
import { applyMigrations } from '../engine/migrations/drive.ts';
import { rebuildLost } from '../engine/migrations/lost-indexes.ts';
import { MsgdbError } from '../model/errors.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { MigrateReport } from '../model/report.ts';
import type { Run } from '../session/workplace.ts';
import type { Context } from './context.ts';
import { findingOfError } from './finding-of-error.ts';
import { loadFiles } from './load-files.ts';
import { nextOf } from './note-lacking.ts';
import { type Ahead, type ApplyOptions, type PlannedOperation, planPending, readPending } from './plan-pending.ts';
import { reportCommon } from './report-common.ts';
import { reportPlans, scriptOf } from './report-plan.ts';
import { resolveTo } from './resolve-to.ts';
import { andLater, describeDone, summarizeDoneMeanwhile, summarizeNothing } from './summarize-migrate.ts';
import { sweepAbandoned } from './sweep-abandoned.ts';
import { connectToChange, connectToRead } from './with-database.ts';

export interface MigrateOptions extends ApplyOptions {
  readonly dryRun: boolean;
}

/** Applies the pending migrations in order; with `dryRun`, shows what would be done. */
export async function migrate(context: Context, options: MigrateOptions): Promise<MigrateReport> {
  const started = performance.now();
  const files = await loadFiles(context);
  const to = resolveTo(options.to, files);
  const ahead = await connectToRead(context, 'migrate', async (workplace) =>
    readPending(workplace, files, { ...options, to }),
  );
  const common = { command: 'migrate' as const, dryRun: options.dryRun, runId: null, applied: [], plan: [] };
  if (ahead.refusals.length > 0 || ahead.pending.length + ahead.lost.length === 0) {
    if (!options.dryRun && ahead.refusals.length === 0) await sweepAbandoned(context, 'migrate');
    const summary =
      ahead.refusals.length > 0
        ? 'nothing was done'
        : summarizeNothing(context.migrationsDir, files.length, ahead.later);
    return {
      ...common,
      pending: [...ahead.pending, ...ahead.later],
      ...reportCommon(context, started, { findings: ahead.refusals, summary }),
    };
  }
  if (options.dryRun) return await showPlan(context, files, ahead, started);
  return await applyPending(context, files, { ...options, to }, ahead, started);
}

/** The pending migrations as an SQL script. */
export async function migrateScript(context: Context, options: ApplyOptions): Promise<string> {
  const files = await loadFiles(context);
  const to = resolveTo(options.to, files);
  return await connectToRead(context, 'migrate', async (workplace) => {
    const ahead = await readPending(workplace, files, { ...options, to });
    const [refusal] = ahead.refusals;
    if (refusal) throw new MsgdbError(refusal.code, { what: refusal.message, fix: refusal.fix });
    const plans = await planPending(workplace, files, ahead);
    const later = plans.find((each) => each.later !== undefined);
    if (later) throw noScript(later);
    return await scriptOf('migrate', plans, workplace);
  });
}

/** What SQL of a migration makes is there when it has run, and a script is written before. */
function noScript({ migration, plan, later }: PlannedOperation): MsgdbError {
  return new MsgdbError('MSGDB_REFUSED', {
    what: `A script cannot do all of ${migration}: ${plan.title} can be planned only when the SQL before it has run. ${later}`,
    why: 'A script is written from the database as it is now.',
    fix: `Run \`msgdb migrate\` instead of a script; or put what comes after the SQL in a migration of its own, and write its script when ${migration} is applied.`,
    data: { migration },
  });
}

async function showPlan(
  context: Context,
  files: readonly MigrationFile[],
  ahead: Ahead,
  started: number,
): Promise<MigrateReport> {
  const { pending, later, lost } = ahead;
  const plans = await connectToRead(context, 'migrate', async (workplace) => planPending(workplace, files, ahead));
  const findings = plans.flatMap(({ plan, migration }) => plan.refusals.map((each) => ({ ...each, migration })));
  return {
    command: 'migrate',
    dryRun: true,
    runId: null,
    applied: [],
    pending: [...pending, ...later],
    plan: plans.flatMap(({ plan, migration }) => reportPlans([plan], migration)),
    ...reportCommon(context, started, {
      findings,
      summary:
        findings.length > 0
          ? 'the plan is refused; nothing was changed'
          : `${describeDone(pending.length, lost.length, 'would be ')}${andLater(later)}; nothing was changed`,
      next: findings.length > 0 ? undefined : nextOf(plans, 'msgdb migrate'),
    }),
  };
}

async function applyPending(
  context: Context,
  files: readonly MigrationFile[],
  options: ApplyOptions,
  seen: Ahead,
  started: number,
): Promise<MigrateReport> {
  return await connectToChange(context, 'migrate', async (run) => {
    const applied: Applied[] = [];
    const rebuilt: Applied[] = [];
    let wanted = seen;
    let failure: MsgdbError | undefined;
    try {
      // Looked at again under the run lock: the run that was waited for may have done it all.
      const again = await readPending(run, files, options);
      const [refusal] = again.refusals;
      if (refusal) throw new MsgdbError(refusal.code, { what: refusal.message, fix: refusal.fix });
      wanted = again;
      for (const lost of again.lost) rebuilt.push(await rebuildLost(run, lost));
      await applyAll(run, files, wanted.pending, applied);
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      failure = error;
    }
    return reportApplied(context, started, { runId: run.id, seen, wanted, applied, rebuilt, failure });
  });
}

/** How far a run came. */
interface Progress {
  readonly runId: string;
  /** What there was to do before the run lock was had, and under it. */
  readonly seen: Ahead;
  readonly wanted: Ahead;
  readonly applied: readonly Applied[];
  readonly rebuilt: readonly Applied[];
  readonly failure: MsgdbError | undefined;
}

function reportApplied(
  context: Context,
  started: number,
  { runId, seen, wanted, applied, rebuilt, failure }: Progress,
): MigrateReport {
  const names = applied.map((each) => each.report.name);
  const idle = failure === undefined && wanted.pending.length + wanted.lost.length === 0;
  return {
    command: 'migrate',
    dryRun: false,
    runId: idle ? null : runId,
    applied: [...rebuilt, ...applied].map((each) => each.report),
    pending: [...wanted.pending, ...wanted.later].filter((name) => !names.includes(name)),
    plan: [],
    ...reportCommon(context, started, {
      findings: failure ? [findingOfError(failure)] : [],
      summary: idle
        ? `${summarizeDoneMeanwhile(seen.pending.length, seen.lost.length)}${andLater(wanted.later)}`
        : `${describeDone(names.length, rebuilt.length)}${failure ? ', then stopped' : andLater(wanted.later)}`,
      next: failure ? 'msgdb migrate' : 'msgdb verify',
    }),
    ...(failure ? { verdict: failure.exitCode === 1 ? 'findings' : 'failed', exitCode: failure.exitCode } : {}),
  };
}

async function applyAll(
  run: Run,
  files: readonly MigrationFile[],
  pending: readonly string[],
  applied: Applied[],
): Promise<void> {
  const drive = {
    files,
    done: async () => (await readHistory(run.session)).filter((row) => row.state === 'done').map((row) => row.name),
    apply: async (file: MigrationFile) => {
      applied.push(await applyMigration(run, file));
    },
    undo: async () => undefined,
  };
  if (pending.length > 0) await applyMigrations(drive, pending);
}
