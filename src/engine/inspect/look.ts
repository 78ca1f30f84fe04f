import type { OperationFacts } from '../../model/facts.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { Plan, Survey } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { planOperation, planPlain, type TableOperation } from '../../plan/plan-operation.ts';
import { FIND_SETTINGS } from '../../sql/dedupe/stage.ts';
import { retryLock } from '../run/retry-lock.ts';
import type { Workplace } from '../run/workplace.ts';
import { gatherFacts } from './gather-facts.ts';
import { takeSurvey } from './take-survey.ts';

/** Runs queries that look: in a READ ONLY transaction, at one moment, without waiting behind a lock. */
export async function lookOnly<Result>(
  workplace: Workplace,
  work: (db: Queryable) => Promise<Result>,
): Promise<Result> {
  const settings = { ...FIND_SETTINGS, lock_timeout: `${workplace.settings.lockTimeoutMs}ms` };
  return await retryLock(workplace, undefined, async () =>
    workplace.session.transaction({ readOnly: true, isolation: 'repeatable read', settings }, work),
  );
}

/** An operation, and what was seen of its table. */
export interface Inspected {
  readonly operation: TableOperation;
  readonly facts: OperationFacts;
  readonly survey: Survey;
}

/** Reads an operation's facts and counts in its table. */
export async function inspectOperation(workplace: Workplace, operation: TableOperation): Promise<Inspected> {
  return await lookOnly(workplace, async (db) => {
    const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
    return { operation, facts, survey: await takeSurvey(db, operation, facts) };
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
