import { type Applied, applyNamed } from '../../engine/migrations/apply-migration.ts';
import { applyMigrations, undoMigrations } from '../../engine/migrations/drive.ts';
import { undoMigration } from '../../engine/migrations/undo-migration.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { RedoReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime, connectToRead } from '../context/with-database.ts';
import { nextOf } from '../plans/note-lacking.ts';
import { reportPlans } from '../plans/report-plan.ts';
import { loadFiles } from '../project/load-files.ts';
import { resolveTo } from '../project/resolve-to.ts';
import { conclude } from '../reports/conclude.ts';
import { findingsOfError } from '../reports/finding-of-error.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { notRestored } from '../reports/not-restored.ts';
import { chooseUndo, planAll } from '../rollback/plan-undo.ts';

export interface RedoOptions {
  /** The migration, by its name or number; the latest applied one if left out. */
  readonly name?: string | undefined;
  readonly dryRun: boolean;
}

const NOTHING = {
  command: 'redo',
  runId: null,
  rolledBack: [],
  applied: [],
  restoredRows: 0,
  notRestoredRows: 0,
} as const;

/** Undoes one migration, then applies it again, in one run: both ways of it are tried. */
export async function redo(context: Context, { name, dryRun }: RedoOptions): Promise<RedoReport> {
  return await makeReport(context, async (): Promise<Unfinished<RedoReport>> => {
    const files = await loadFiles(context);
    const only = resolveTo(name, files, 'redo');
    const [file] = await connectToRead(context, 'redo', async (workplace) => chooseUndo(workplace, files, { only }));
    if (!file) {
      if (only !== undefined) throw notApplied(name ?? only, only);
      return {
        ...NOTHING,
        dryRun,
        plan: [],
        ...conclude({ findings: [], summary: 'nothing to do: no migration is applied' }),
      };
    }
    const plans = await connectToRead(context, 'redo', async (workplace) =>
      planAll(workplace, [file], dryRun ? 'look' : 'do'),
    );
    const refusals = plans.flatMap(({ plan, migration }) => plan.refusals.map((each) => ({ ...each, migration })));
    if (!dryRun && refusals.length === 0) return await doAgain(context, files, file);
    return {
      ...NOTHING,
      dryRun,
      plan: plans.flatMap(({ plan, migration }) => reportPlans([plan], migration, context.settings)),
      ...conclude({
        findings: refusals,
        summary:
          refusals.length > 0
            ? 'the undo is refused; nothing was changed'
            : `${file.name} would be undone and applied again; nothing was changed`,
        next: refusals.length > 0 ? undefined : nextOf(plans, `msgdb redo ${file.name}`),
      }),
    };
  });
}

async function doAgain(
  context: Context,
  files: readonly MigrationFile[],
  { name }: MigrationFile,
): Promise<Unfinished<RedoReport>> {
  return await connectAnyTime(context, 'redo', async (run) => {
    const undone: Applied[] = [];
    const applied: Applied[] = [];
    const keep = (list: Applied[], done: Applied) => {
      list.push(done);
      return done.ended;
    };
    let failure: MsgdbError | undefined;
    try {
      const undo = async (file: MigrationFile) => keep(undone, await undoMigration(run, file));
      await undoMigrations({ run, files, work: undo }, [name]);
      const apply = async (file: MigrationFile) => keep(applied, await applyNamed(run, file));
      await applyMigrations({ run, files, work: apply }, [name]);
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      failure = error;
    }
    return reportRedone({ name, runId: run.id, undone, applied, failure });
  });
}

/** How far a run came. */
interface Progress {
  readonly name: string;
  readonly runId: string;
  readonly undone: readonly Applied[];
  readonly applied: readonly Applied[];
  readonly failure: MsgdbError | undefined;
}

function reportRedone({ name, runId, undone, applied, failure }: Progress): Unfinished<RedoReport> {
  const outcomes = undone.flatMap((each) => each.outcomes);
  const left = outcomes.flatMap((outcome) => outcome.notRestored);
  const way = undone.length === 0 ? `${name} was not undone` : `${name} was undone, and not applied again`;
  return {
    command: 'redo',
    dryRun: false,
    runId,
    rolledBack: undone.map((each) => each.report),
    applied: applied.map((each) => each.report),
    restoredRows: outcomes.reduce((total, outcome) => total + outcome.restored, 0),
    notRestoredRows: left.reduce((total, each) => total + each.rows, 0),
    plan: [],
    ...conclude({
      findings: [
        ...left.map(notRestored),
        ...(failure ? findingsOfError(failure) : []),
        ...[...undone, ...applied].flatMap((each) => each.findings),
      ],
      summary: failure ? way : `${name} was undone and applied again`,
      next: failure ? (undone.length === 0 ? `msgdb redo ${name}` : 'msgdb migrate') : 'msgdb verify',
    }),
    ...(failure ? { verdict: failure.exitCode === 1 ? 'findings' : 'failed', exitCode: failure.exitCode } : {}),
  };
}

function notApplied(asked: string, name: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `redo ${asked}: ${name} is not applied.`,
    why: 'Only what was applied can be undone and applied again.',
    fix: `Apply it with \`msgdb migrate --only ${name}\`.`,
  });
}
