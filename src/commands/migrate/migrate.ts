import { type Applied, applyNamed, refusedBy } from '../../engine/migrations/apply-migration.ts';
import { applyMigrations } from '../../engine/migrations/drive.ts';
import { foreseeCopies } from '../../engine/migrations/foresee-copies.ts';
import { type Rebuilt, rebuildLost } from '../../engine/migrations/lost-indexes.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { MigrateReport } from '../../model/report.ts';
import type { Run } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { sweepAbandoned } from '../context/sweep-abandoned.ts';
import { connectToChange, connectToRead } from '../context/with-database.ts';
import { lackingFindings, nextOf } from '../plans/note-lacking.ts';
import { reportPlans } from '../plans/report-plan.ts';
import { loadFilesUnread, readUnapplied } from '../project/load-files.ts';
import { nextBeside } from '../project/name-other-runner.ts';
import { resolveRange } from '../project/resolve-to.ts';
import { conclude, concludeLook } from '../reports/conclude.ts';
import { findingsOfError } from '../reports/finding-of-error.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { planFirst } from './plan-first.ts';
import { type Ahead, type ApplyOptions, readPending } from './plan-pending.ts';
import {
  andLater,
  describeDone,
  describeEnd,
  isRefused,
  summarizeDoneMeanwhile,
  summarizeNothing,
} from './summarize.ts';

export interface MigrateOptions extends ApplyOptions {
  readonly dryRun: boolean;
}

/** Applies the pending migrations in order; with `dryRun`, shows what would be done. */
export async function migrate(context: Context, options: MigrateOptions): Promise<MigrateReport> {
  return await makeReport(context, async (): Promise<Unfinished<MigrateReport>> => {
    const unread = await loadFilesUnread(context);
    const range = resolveRange(options, unread);
    const ahead = await connectToRead(context, 'migrate', async (workplace) => readPending(workplace, unread, range));
    const files = await readUnapplied(context, unread, ahead);
    const common = { command: 'migrate' as const, dryRun: options.dryRun, runId: null, applied: [], plan: [] };
    if (ahead.refusals.length > 0 || ahead.pending.length + ahead.lost.length === 0) {
      if (!options.dryRun && ahead.refusals.length === 0) await sweepAbandoned(context, 'migrate');
      const summary =
        ahead.refusals.length > 0 ? 'nothing was done' : summarizeNothing(context.migrationsDir, files.length, ahead);
      return {
        ...common,
        pending: [...ahead.pending, ...ahead.later],
        ...conclude({
          findings: ahead.refusals,
          summary,
          next: files.length === 0 ? await nextBeside(context) : undefined,
        }),
      };
    }
    if (options.dryRun) return await showPlan(context, files, ahead);
    return await applyPending(context, files, range, ahead);
  });
}

async function showPlan(
  context: Context,
  files: readonly MigrationFile[],
  ahead: Ahead,
): Promise<Unfinished<MigrateReport>> {
  const { pending, later, lost } = ahead;
  const plans = await connectToRead(context, 'migrate', async (workplace) =>
    planFirst(context, workplace, files, ahead),
  );
  const refusals = plans.flatMap(({ plan, migration }) => plan.refusals.map((each) => ({ ...each, migration })));
  return {
    command: 'migrate',
    dryRun: true,
    runId: null,
    applied: [],
    pending: [...pending, ...later],
    plan: plans.flatMap(({ plan, migration }) => reportPlans([plan], migration, context.settings)),
    ...concludeLook({
      findings: [...refusals, ...lackingFindings(plans)],
      summary:
        refusals.length > 0
          ? 'the plan is refused; nothing was changed'
          : `${describeDone(pending.length, lost.length, 'would be ')}${andLater(ahead)}; nothing was changed`,
      next: refusals.length > 0 ? undefined : nextOf(plans, 'msgdb migrate'),
    }),
  };
}

async function applyPending(
  context: Context,
  known: readonly MigrationFile[],
  options: ApplyOptions,
  seen: Ahead,
): Promise<Unfinished<MigrateReport>> {
  return await connectToChange(context, 'migrate', async (run) => {
    const applied: Applied[] = [];
    const rebuilt: Rebuilt[] = [];
    let wanted = seen;
    let failure: MsgdbError | undefined;
    try {
      // Looked at again under the run lock: the run that was waited for may have done it all.
      const again = await readPending(run, known, options);
      const [refusal] = again.refusals;
      if (refusal) throw new MsgdbError(refusal.code, { what: refusal.message, fix: refusal.fix });
      // It may have undone some.
      const files = await readUnapplied(context, known, again);
      wanted = again;
      const open = await refuseCopies(run, files, wanted.pending);
      for (const lost of again.lost) rebuilt.push(await rebuildLost(run, lost));
      await applyAll(run, { files, pending: wanted.pending, open }, applied);
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      failure = error;
    }
    return reportApplied({ runId: run.id, seen, wanted, applied, rebuilt, failure });
  });
}

/** How far a run came. */
interface Progress {
  readonly runId: string;
  /** What there was to do before the run lock was had, and under it. */
  readonly seen: Ahead;
  readonly wanted: Ahead;
  readonly applied: readonly Applied[];
  readonly rebuilt: readonly Rebuilt[];
  readonly failure: MsgdbError | undefined;
}

function reportApplied({ runId, seen, wanted, applied, rebuilt, failure }: Progress): Unfinished<MigrateReport> {
  const names = applied.map((each) => each.report.name);
  const idle = failure === undefined && wanted.pending.length + wanted.lost.length === 0;
  return {
    command: 'migrate',
    dryRun: false,
    runId: idle ? null : runId,
    applied: [...rebuilt, ...applied].map((each) => each.report),
    pending: [...wanted.pending, ...wanted.later].filter((name) => !names.includes(name)),
    plan: [],
    ...conclude({
      findings: [
        ...(failure ? findingsOfError(failure) : []),
        ...[...rebuilt, ...applied].flatMap((each) => each.findings),
      ],
      summary: idle
        ? `${summarizeDoneMeanwhile(seen.pending.length, seen.lost.length)}${andLater(wanted)}`
        : failure
          ? describeEnd(names.length, rebuilt.length, failure)
          : `${describeDone(names.length, rebuilt.length)}${andLater(wanted)}`,
      next: failure ? nextAfter(failure) : 'msgdb verify',
    }),
    ...(failure ? { verdict: failure.exitCode === 1 ? 'findings' : 'failed', exitCode: failure.exitCode } : {}),
  };
}

/** What is refused, or names what is not there, would be again: the dry run shows all reasons, or the steps if none is left. */
function nextAfter(failure: MsgdbError): string {
  return failure.exitCode <= 2 || isRefused(failure) ? 'msgdb migrate --dry-run' : 'msgdb migrate';
}

/** Refuses the whole run where SQL of a pending migration would meet copies; gives the migrations of which that is open. */
async function refuseCopies(
  run: Run,
  files: readonly MigrationFile[],
  pending: readonly string[],
): Promise<ReadonlySet<string>> {
  const { foreseen, open } = await foreseeCopies(
    run,
    files.filter(({ name }) => pending.includes(name)),
  );
  const [first] = foreseen;
  if (!first) return open;
  const own = foreseen.filter(({ migration }) => migration === first.migration);
  throw refusedBy(
    first.migration,
    own.map(({ refusal }) => refusal),
  );
}

interface Applying {
  readonly files: readonly MigrationFile[];
  readonly pending: readonly string[];
  readonly open: ReadonlySet<string>;
}

async function applyAll(run: Run, { files, pending, open }: Applying, applied: Applied[]): Promise<void> {
  const work = async (file: MigrationFile) => {
    const done = await applyNamed(run, file, { looked: !open.has(file.name) });
    applied.push(done);
    return done.ended;
  };
  if (pending.length > 0) await applyMigrations({ run, files, work }, pending);
}
