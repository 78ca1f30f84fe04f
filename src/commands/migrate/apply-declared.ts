import { type Applied, applyMigration } from '../../engine/migrations/apply-migration.ts';
import type { ErrorCode } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { MigrateReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { connectToChange, connectToRead } from '../context/with-database.ts';
import { reportPlans } from '../plans/report-plan.ts';
import { declaredFile } from '../project/declared-file.ts';
import { conclude } from '../reports/conclude.ts';
import { findingsOfError } from '../reports/finding-of-error.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { planFirst } from './plan-first.ts';
import type { Ahead } from './plan-pending.ts';

export interface DeclaredOptions {
  readonly operations: readonly Operation[];
  readonly dryRun: boolean;
}

/** Applies operations that stand in another tool's migration: as `migrate` does, but for the history. */
export async function applyDeclared(context: Context, { operations, dryRun }: DeclaredOptions): Promise<MigrateReport> {
  const file = declaredFile(operations, context.settings.schema);
  const common = { command: 'migrate' as const, dryRun, pending: [] };
  return await makeReport(context, async (): Promise<Unfinished<MigrateReport>> => {
    if (dryRun) {
      const plans = await connectToRead(context, 'apply', async (workplace) =>
        planFirst(context, workplace, [file], pendingOnly(file)),
      );
      const findings = plans.flatMap(({ plan }) => plan.refusals.map((each) => ({ ...each, migration: file.name })));
      const summary = `${findings.length > 0 ? 'the plan is refused' : `${file.name} would be applied`}; nothing was changed`;
      const plan = plans.flatMap((each) => reportPlans([each.plan], file.name, context.settings));
      return { ...common, runId: null, applied: [], plan, ...conclude({ findings, summary }) };
    }
    return await connectToChange(context, 'apply', async (run) => {
      let applied: Applied | undefined;
      let failure: MsgdbError | undefined;
      try {
        applied = await applyMigration(run, file, { keeper: 'caller' });
      } catch (error) {
        if (!(error instanceof MsgdbError)) throw error;
        failure = adviseOnTransaction(error);
      }
      return {
        ...common,
        runId: run.id,
        applied: applied ? [applied.report] : [],
        plan: [],
        ...conclude({
          findings: failure ? findingsOfError(failure) : (applied?.findings ?? []),
          summary: failure ? `${file.name} was not applied` : `${file.name} applied`,
        }),
        ...(failure ? { verdict: failure.exitCode === 1 ? 'findings' : 'failed', exitCode: failure.exitCode } : {}),
      };
    });
  });
}

function pendingOnly({ name }: MigrationFile): Ahead {
  return { pending: [name], later: [], refusals: [], lost: [], begun: [] };
}

/** What the calling tool has done in a transaction that is still open looks like this from another connection. */
const OF_TRANSACTION: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MSGDB_TABLE_NOT_FOUND',
  'MSGDB_COLUMN_NOT_FOUND',
  'MSGDB_LOCK_TIMEOUT',
]);

function adviseOnTransaction(error: MsgdbError): MsgdbError {
  if (!OF_TRANSACTION.has(error.code)) return error;
  const fix = `${error.fix} If the tool that runs this migration has made, changed or locked the table in the same transaction, turn its transaction off: msgdb works over connections of its own.`;
  return error.with({ fix });
}
