import type { Applied } from '../../engine/migrations/apply-migration.ts';
import { undoMigration } from '../../engine/migrations/undo-migration.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { RollbackReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime, connectToRead } from '../context/with-database.ts';
import { reportPlans } from '../plans/report-plan.ts';
import { declaredFile } from '../project/declared-file.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { planAll } from './plan-undo.ts';
import { reportUndone } from './rollback.ts';

export interface RevertOptions {
  readonly operations: readonly Operation[];
  readonly dryRun: boolean;
}

/** Undoes what `applyDeclared` of the same operations has done: as `rollback` does, but for the history. */
export async function revertDeclared(context: Context, { operations, dryRun }: RevertOptions): Promise<RollbackReport> {
  const file = declaredFile(operations, context.settings.schema);
  return await makeReport(context, async (): Promise<Unfinished<RollbackReport>> => {
    if (dryRun) {
      const plans = await connectToRead(context, 'revert', async (workplace) => planAll(workplace, [file], 'look'));
      const findings = plans.flatMap(({ plan }) => plan.refusals.map((each) => ({ ...each, migration: file.name })));
      const summary = `${findings.length > 0 ? 'the undo is refused' : `${file.name} would be undone`}; nothing was changed`;
      return {
        command: 'rollback',
        dryRun: true,
        runId: null,
        rolledBack: [],
        restoredRows: 0,
        notRestoredRows: 0,
        plan: plans.flatMap(({ plan }) => reportPlans([plan], file.name, context.settings)),
        ...conclude({ findings, summary }),
      };
    }
    return await connectAnyTime(context, 'revert', async (run) => {
      const undone: Applied[] = [];
      let failure: MsgdbError | undefined;
      try {
        undone.push(await undoMigration(run, file, 'caller'));
      } catch (error) {
        if (!(error instanceof MsgdbError)) throw error;
        failure = error;
      }
      const { next: _, ...report } = reportUndone({ runId: run.id, undone, failure });
      return { ...report, summary: failure ? `${file.name} was not undone` : `${file.name} undone` };
    });
  });
}
