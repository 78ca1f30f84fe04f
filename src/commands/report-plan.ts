import { refusedBy } from '../engine/migrations/apply-migration.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { PlanReport, PlanStepReport } from '../model/report.ts';
import { tableLabel } from '../model/table-label.ts';
import { createHouse, type Origin, openRun } from '../sql/house.ts';
import { inlineValues, statementsOf } from '../sql/script.ts';

/** Plans as a report shows them, with the SQL of every step. */
export function reportPlans(plans: readonly Plan[], migration: string | null): readonly PlanReport[] {
  return plans.map((plan) => ({
    migration,
    title: plan.title,
    table: plan.table ? tableLabel(plan.table) : null,
    steps: plan.steps.map((step) => reportStep(step, migration)),
    notes: plan.notes,
    ...(plan.refusals.length > 0 ? { refusals: plan.refusals } : {}),
  }));
}

function reportStep(step: Step, migration: string | null): PlanStepReport {
  return {
    kind: step.kind,
    title: step.title,
    lock: step.lock,
    details: step.details ?? [],
    sql: step.kind === 'transaction' ? [] : sqlOf(step, { runId: 'RUN', migration, operation: null }),
    steps:
      step.kind === 'transaction' ? step.steps.map((inner) => insideTransaction(reportStep(inner, migration))) : [],
  };
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
 * Plans as one SQL script, for people who run migrations through other hands. `runId` names it in the ledger.
 * @throws MsgdbError of the first refusal: a script of the rest would be run as if it were the whole.
 */
export function scriptOf(plans: readonly PlacedPlan[], runId: string): string {
  const refused = plans.find(({ plan }) => plan.refusals.length > 0);
  const refusals = plans.flatMap(({ plan }) => plan.refusals);
  if (refused) throw refusedBy(refused.migration ?? 'The plan', refusals);
  const parts = plans.flatMap(({ plan, migration, place }) => [
    `-- ${migration ? `${migration}: ` : ''}${plan.title}`,
    ...plan.notes.map((note) => `-- note: ${note}`),
    ...plan.steps.flatMap((step) => [`-- ${step.title}`, ...sqlOf(step, { runId, migration, operation: place })]),
  ]);
  const steps = plans.some(({ plan }) => plan.steps.length > 0);
  return `${[
    '-- Written by msgdb. Stop at the first error (psql: -v ON_ERROR_STOP=1). Statements that say CONCURRENTLY run outside',
    '-- a transaction. `msgdb migrate` afterwards finds nothing left to do, verifies the result and records it.',
    ...(steps ? [...createHouse(), openRun(runId)].map(inlineValues) : ['-- Nothing to do.']),
    ...parts,
  ].join('\n')}\n`;
}

function sqlOf(step: Step, origin: Origin): readonly string[] {
  return statementsOf(step, origin).map(inlineValues);
}
