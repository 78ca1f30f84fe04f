import type { Applied } from '../../engine/migrations/apply-migration.ts';
import { undoMigrations } from '../../engine/migrations/drive.ts';
import { undoMigration } from '../../engine/migrations/undo-migration.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { RollbackReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { sweepAbandoned } from '../context/sweep-abandoned.ts';
import { connectAnyTime, connectToRead } from '../context/with-database.ts';
import { lackingFindings, nextOf } from '../plans/note-lacking.ts';
import { reportPlans } from '../plans/report-plan.ts';
import { loadFiles } from '../project/load-files.ts';
import { conclude, concludeLook } from '../reports/conclude.ts';
import { findingOfError } from '../reports/finding-of-error.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { notRestored } from '../reports/not-restored.ts';
import { chooseUndo, planAll, type UndoOptions } from './plan-undo.ts';

export interface RollbackOptions extends UndoOptions {
  readonly dryRun: boolean;
}

/** Undoes migrations, the last one first, and puts the rows they removed back. */
export async function rollback(context: Context, options: RollbackOptions): Promise<RollbackReport> {
  return await makeReport(context, async (): Promise<Unfinished<RollbackReport>> => {
    const files = await loadFiles(context);
    const chosen = await connectToRead(context, 'rollback', async (workplace) => chooseUndo(workplace, files, options));
    const common = { command: 'rollback' as const, rolledBack: [], restoredRows: 0, notRestoredRows: 0, plan: [] };
    if (chosen.length === 0) {
      if (!options.dryRun) await sweepAbandoned(context, 'rollback');
      const ending = { findings: [], summary: 'nothing to do: no migration is applied' };
      return { ...common, dryRun: options.dryRun, runId: null, ...conclude(ending) };
    }
    const plans = await connectToRead(context, 'rollback', async (workplace) =>
      planAll(workplace, chosen, options.dryRun ? 'look' : 'do'),
    );
    const refusals = plans.flatMap(({ plan, migration }) => plan.refusals.map((each) => ({ ...each, migration })));
    if (options.dryRun || refusals.length > 0) {
      return {
        ...common,
        dryRun: options.dryRun,
        runId: null,
        plan: plans.flatMap(({ plan, migration }) => reportPlans([plan], migration, context.settings)),
        ...(options.dryRun ? concludeLook : conclude)({
          findings: options.dryRun ? [...refusals, ...lackingFindings(plans)] : refusals,
          summary:
            refusals.length > 0
              ? 'the undo is refused; nothing was changed'
              : `${countOf(chosen.length, 'migration')} would be rolled back; nothing was changed`,
          next: refusals.length > 0 ? undefined : nextOf(plans, 'msgdb rollback'),
        }),
      };
    }
    return await undoAll(context, files, chosen);
  });
}

async function undoAll(
  context: Context,
  files: readonly MigrationFile[],
  chosen: readonly MigrationFile[],
): Promise<Unfinished<RollbackReport>> {
  return await connectAnyTime(context, 'rollback', async (run) => {
    const undone: Applied[] = [];
    let failure: MsgdbError | undefined;
    const work = async (file: MigrationFile) => {
      const done = await undoMigration(run, file);
      undone.push(done);
      return done.ended;
    };
    try {
      await undoMigrations(
        { run, files, work },
        chosen.map((file) => file.name),
      );
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      failure = error;
    }
    return reportUndone({ runId: run.id, undone, failure });
  });
}

/** How far a run came. */
interface Progress {
  readonly runId: string;
  readonly undone: readonly Applied[];
  readonly failure: MsgdbError | undefined;
}

/** What came of an undo. */
export function reportUndone({ runId, undone, failure }: Progress): Unfinished<RollbackReport> {
  const outcomes = undone.flatMap((each) => each.outcomes);
  const left = outcomes.flatMap((outcome) => outcome.notRestored);
  const lost = left.reduce((total, each) => total + each.rows, 0);
  return {
    command: 'rollback',
    dryRun: false,
    runId,
    rolledBack: undone.map((each) => each.report),
    restoredRows: outcomes.reduce((total, outcome) => total + outcome.restored, 0),
    notRestoredRows: lost,
    plan: [],
    ...conclude({
      findings: [
        ...left.map(notRestored),
        ...(failure ? [findingOfError(failure)] : []),
        ...undone.flatMap((each) => each.findings),
      ],
      summary: `${countOf(undone.length, 'migration')} rolled back${lost > 0 ? `, ${countOf(lost, 'row')} not restored` : ''}${failure ? ', then stopped' : ''}`,
      next: failure ? 'msgdb rollback' : 'msgdb status',
    }),
    ...(failure ? { verdict: 'failed', exitCode: failure.exitCode } : {}),
  };
}
