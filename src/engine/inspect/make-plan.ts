import type { OperationFacts } from '../../model/facts.ts';
import type { Nulls } from '../../model/operations/common.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { Plan, Survey } from '../../model/plan.ts';
import { planOperation, planPlain, type TableOperation } from '../../plan/plan-operation.ts';
import { lookOnly } from '../run/look-only.ts';
import type { Workplace } from '../run/workplace.ts';
import { gatherFacts } from './gather-facts.ts';
import { takeSurvey } from './take-survey.ts';

/** An operation, and what was seen of its table. */
export interface Inspected {
  readonly operation: TableOperation;
  readonly facts: OperationFacts;
  readonly survey: Survey;
}

/** Reads an operation's facts and counts in its table; `nulls` where the operation does not say what NULLs are. */
export async function inspectOperation(
  workplace: Workplace,
  operation: TableOperation,
  nulls?: Nulls,
): Promise<Inspected> {
  workplace.emit({ kind: 'step-started', title: `looking at ${operation.table}` });
  return await lookOnly(workplace, async (db) => {
    const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
    return { operation, facts, survey: await takeSurvey(db, operation, facts, nulls) };
  });
}

/** Plans an operation from what the database is now. */
export async function makePlan(
  workplace: Workplace,
  operation: Operation,
  planned: ReadonlySet<string>,
): Promise<Plan> {
  if (operation.kind === 'sql' || operation.kind === 'expect-index') return planPlain(operation);
  const { facts, survey } = await inspectOperation(workplace, operation);
  const limited =
    operation.kind === 'unique-key' && workplace.settings.limit && !operation.limit
      ? { ...operation, limit: workplace.settings.limit }
      : operation;
  return planOperation(limited, facts, survey, { strategy: workplace.settings.strategy, planned });
}
