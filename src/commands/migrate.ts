import { readHistory } from '../catalog/read-history.ts';
import { type Applied, applyMigration } from '../engine/migrations/apply-migration.ts';
import { applyMigrations } from '../engine/migrations/drive.ts';
import { findLost, type LostIndex, rebuildLost } from '../engine/migrations/lost-indexes.ts';
import { makePlan } from '../engine/run/make-plan.ts';
import { concernsOneRule } from '../model/codes.ts';
import { MsgdbError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { Plan } from '../model/plan.ts';
import type { MigrateReport } from '../model/report.ts';
import { noteIndexesBefore } from '../plan/notes/reference-notes.ts';
import { type MigrationOrder, orderMigrations } from '../plan/order-migrations.ts';
import { orderOperations, plannedBy } from '../plan/plan-operation.ts';
import { readOnly } from '../session/read-only.ts';
import type { Run, Workplace } from '../session/workplace.ts';
import type { Context } from './context.ts';
import { findingOfError } from './finding-of-error.ts';
import { loadFiles } from './load-files.ts';
import { nextOf, noteLacking } from './note-lacking.ts';
import { reportCommon } from './report-common.ts';
import { reportPlans, scriptOf } from './report-plan.ts';
import { resolveTo } from './resolve-to.ts';
import { andLater, describeDone, summarizeDoneMeanwhile, summarizeNothing } from './summarize-migrate.ts';
import { sweepAbandoned } from './sweep-abandoned.ts';
import { connectToChange, connectToRead } from './with-database.ts';

export interface ApplyOptions {
  /** The last migration to apply: its name, or the number it begins with. */
  readonly to?: string | undefined;
  readonly allowOutOfOrder: boolean;
}

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
    return await scriptOf('migrate', await planPending(workplace, files, ahead), workplace);
  });
}

/** What there is to do: migrations that are pending, and indexes of applied ones that are gone. */
interface Ahead extends MigrationOrder {
  readonly lost: readonly LostIndex[];
}

async function readPending(
  workplace: Workplace,
  files: readonly MigrationFile[],
  { to, allowOutOfOrder }: ApplyOptions,
): Promise<Ahead> {
  const history = await readOnly(workplace, readHistory);
  const order = orderMigrations(files, history, { to, allowOutOfOrder });
  const lost = order.refusals.length > 0 ? [] : await findLost(workplace, files, history);
  return { ...order, lost: lost.filter(({ file }) => to === undefined || file.name <= to) };
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

interface PlannedOperation {
  readonly plan: Plan;
  readonly migration: string;
  readonly place: number;
}

async function planPending(
  workplace: Workplace,
  files: readonly MigrationFile[],
  { pending, lost }: Ahead,
): Promise<readonly PlannedOperation[]> {
  const plans: PlannedOperation[] = [];
  for (const { operation, file, place } of lost) {
    const plan = await makePlan(workplace, operation, plannedBy(file.migration.up), 'full');
    plans.push({ plan, migration: file.name, place });
  }
  let changedBySql = false;
  for (const file of files.filter((each) => pending.includes(each.name))) {
    for (const { operation, place } of orderOperations(file.migration.up)) {
      try {
        const plan = await makePlan(workplace, operation, plannedBy(file.migration.up), 'full');
        const made = changedBySql && plan.refusals.length > 0 && plan.refusals.every(isAboutNames);
        plans.push({ plan: made ? plannedLater(plan) : plan, migration: file.name, place });
      } catch (error) {
        if (!(error instanceof MsgdbError) || !concernsOneRule(error.code)) throw error;
        const plan = changedBySql ? unplannedYet(operation, error) : refusedBy(operation, error);
        plans.push({ plan, migration: file.name, place });
      }
      changedBySql ||= operation.kind === 'sql';
    }
  }
  return await noteLacking(workplace, noteIndexesBefore(plans));
}

function isAboutNames({ code }: Finding): boolean {
  return concernsOneRule(code);
}

/** A column that is not there yet may be made by SQL that has not run yet. */
function plannedLater(plan: Plan): Plan {
  return { ...plan, refusals: [], notes: [...plan.notes, ...plan.refusals.map(mayBeMade)] };
}

/** The same of a table. */
function unplannedYet(operation: Plan['operation'], error: MsgdbError): Plan {
  return { operation, title: titleOf(operation), steps: [], refusals: [], notes: [mayBeMade(error)] };
}

function mayBeMade({ message }: { readonly message: string }): string {
  return `${message} It may be made by the SQL before: planned when that has run.`;
}

function refusedBy(operation: Plan['operation'], error: MsgdbError): Plan {
  return { operation, title: titleOf(operation), steps: [], refusals: [findingOfError(error)], notes: [] };
}

function titleOf(operation: Plan['operation']): string {
  return 'table' in operation ? `${operation.kind} on ${operation.table}` : operation.kind;
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
