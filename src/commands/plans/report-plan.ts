import { refusedBy } from '../../engine/migrations/apply-migration.ts';
import { refuseScript, type ScriptedCommand } from '../../engine/migrations/refuse-script.ts';
import { newRunId } from '../../engine/run/run-id.ts';
import type { Finding } from '../../model/finding.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { DurationClass, PlanReport, PlanStepReport } from '../../model/plan-report.ts';
import type { Statement } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { readOnly } from '../../session/read-only.ts';
import type { EngineSettings, Workplace } from '../../session/workplace.ts';
import { createHistorySchema, type Origin, openRun } from '../../sql/history-schema.ts';
import { inlineValues } from '../../sql/inline-values.ts';
import { placeName } from '../../sql/own-schema.ts';
import { BEGIN, statementsOf } from '../../sql/script.ts';
import { forgetTimeouts, noteRole, openTransaction, RESTORE_SESSION, setSearchPath } from '../../sql/script-frame.ts';

/** Plans as a report shows them, with the SQL of every step. */
export function reportPlans(
  plans: readonly Plan[],
  migration: string | null,
  { historySchema }: Pick<EngineSettings, 'historySchema'>,
): readonly PlanReport[] {
  const origin = { migration, history: historySchema };
  return plans.map((plan) => ({
    migration,
    title: plan.title,
    table: plan.table ? tableLabel(plan.table) : null,
    steps: plan.steps.map((step) => reportStep(step, origin)),
    notes: plan.notes,
    ...(plan.refusals.length > 0 ? { refusals: plan.refusals } : {}),
    ...(plan.held ? { held: plan.held.map((step) => reportStep(step, origin)) } : {}),
  }));
}

interface StepOrigin {
  readonly migration: string | null;
  readonly history: string;
}

function reportStep(step: Step, origin: StepOrigin): PlanStepReport {
  return {
    kind: step.kind,
    title: step.title,
    lock: step.lock,
    rows: step.estimate?.rows ?? rowsPutBack(step),
    duration: step.estimate ? classOf(step.estimate.seconds) : null,
    details: step.details ?? [],
    sql:
      step.kind === 'transaction'
        ? []
        : statementsOf(step, { runId: 'RUN', migration: origin.migration, operation: null })
            .filter((each) => each !== RESTORE_SESSION)
            .map((each) => placeName(inlineValues(each), origin.history)),
    steps: step.kind === 'transaction' ? step.steps.map((inner) => insideTransaction(reportStep(inner, origin))) : [],
  };
}

function classOf(seconds: number): DurationClass {
  if (seconds < 1) return 'instant';
  if (seconds < 60) return 'seconds';
  return seconds < 3600 ? 'minutes' : 'hours';
}

/** Of an undo, the ledger says how many. */
function rowsPutBack(step: Step): number | null {
  if (step.kind === 'transaction') {
    const inner = step.steps.map(rowsPutBack).filter((rows) => rows !== null);
    return inner.length === 0 ? null : Math.max(...inner);
  }
  return step.kind === 'restore-rows' ? step.entries.reduce((sum, { rows }) => sum + rows, 0) : null;
}

/** A step has its own BEGIN and COMMIT only where nothing is around it. */
function insideTransaction(step: PlanStepReport): PlanStepReport {
  return { ...step, sql: step.sql.filter((text) => text !== 'begin;' && text !== 'commit;') };
}

/** A plan and where its operation stands: what the ledger keeps, so that `rollback` finds it. */
export interface PlacedPlan {
  readonly plan: Plan;
  readonly migration: string | null;
  /** Place of the operation in the migration; null for changes that are not a migration's. */
  readonly place: number | null;
}

/**
 * Plans as one SQL script, for people who run migrations with another client.
 * @throws MsgdbError of all refusals: a script of the rest would be run as if it were the whole, and one that cannot do as
 * the command does, as if it were the same.
 */
export async function scriptOf(
  command: ScriptedCommand,
  plans: readonly PlacedPlan[],
  workplace: Workplace,
): Promise<string> {
  await refuse(command, plans, workplace);
  const runId = newRunId();
  const parts = plans.flatMap(({ plan, migration, place }) => [
    `-- ${migration ? `${migration}: ` : ''}${plan.title}`,
    ...plan.notes.map((note) => `-- note: ${note}`),
    ...plan.steps.flatMap((step) => partOf(step, { runId, migration, operation: place }, workplace)),
  ]);
  const steps = plans.some(({ plan }) => plan.steps.length > 0);
  const script = [
    '-- Written by msgdb. Stop at the first error (psql: -v ON_ERROR_STOP=1). Statements that say CONCURRENTLY run outside',
    `-- a transaction. ${afterwards(command, runId)}`,
    ...(steps ? beginning(runId, workplace).map(inlineValues) : ['-- Nothing to do.']),
    ...parts,
  ].join('\n');
  return `${placeName(script, workplace.settings.historySchema)}\n`;
}

/** What msgdb knows of it once the script has run. */
function afterwards(command: ScriptedCommand, runId: string): string {
  switch (command) {
    case 'migrate':
      return '`msgdb migrate` afterwards finds nothing left to do, verifies the result and records it.';
    case 'dedupe':
      return `\`msgdb archive restore ${runId}\` afterwards puts back the rows that are archived.`;
    case 'rollback':
      return '`msgdb status` afterwards shows the migrations as rolled back.';
  }
}

async function refuse(command: ScriptedCommand, plans: readonly PlacedPlan[], workplace: Workplace): Promise<void> {
  const refusals = await readOnly(workplace, async (db) => {
    const found: Finding[] = [];
    for (const { plan, migration } of plans) {
      const reasons = [...plan.refusals, ...(await refuseScript(db, command, plan))];
      found.push(...reasons.map((each) => (migration === null ? each : { ...each, migration })));
    }
    return found;
  });
  const [first] = refusals;
  if (first) throw refusedBy(first.migration ?? 'The plan', refusals);
}

function beginning(runId: string, { searchPath }: Workplace): readonly Statement[] {
  return [noteRole(), ...settle(searchPath), ...createHistorySchema(), openRun(runId)];
}

function settle(searchPath: string | undefined): readonly Statement[] {
  return [forgetTimeouts(), ...(searchPath === undefined ? [] : [setSearchPath(searchPath)])];
}

function partOf(step: Step, origin: Origin, { settings, searchPath }: Workplace): readonly string[] {
  const statements = statementsOf(step, origin).flatMap((each) => {
    if (each === BEGIN) return openTransaction(settings);
    return each === RESTORE_SESSION ? [each, ...settle(searchPath)] : [each];
  });
  return [`-- ${step.title}`, ...limitOf(step), ...statements.map(inlineValues)];
}

function limitOf(step: Step): readonly string[] {
  if (step.kind !== 'transaction' || !step.within) return [];
  return [
    `-- The lock is held for ${step.within.seconds} s at most. If that is not enough, the transaction fails (57014) and nothing of it is`,
    '-- done. Then write the script with --strategy online (writers go on) or --strategy locked (no limit), and run that.',
  ];
}
