import { MsgdbError } from '../model/errors.ts';
import type { OperationFacts } from '../model/facts.ts';
import type { TableOperation } from '../model/operations/table-operation.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { Survey } from '../model/plan.ts';
import type { Queryable } from '../model/statement.ts';
import { decideRule } from '../resolve/decide-rule.ts';
import { type ResolvedOperation, resolveOperation } from '../resolve/resolve-operation.ts';
import { miswritten, type ResolvedRule, resolveRule } from '../resolve/resolve-rule.ts';
import { readOnly } from '../session/read-only.ts';
import type { Workplace } from '../session/workplace.ts';
import { gatherFacts } from './facts/gather-facts.ts';
import { surveyOperation } from './survey/survey-operation.ts';
import { type SurveyOptions, surveyRule } from './survey/survey-rule.ts';

/** An operation's facts, and what it means there. */
export interface Resolved<Operation = ResolvedOperation> {
  readonly facts: OperationFacts;
  readonly resolved: Operation;
}

/** The same, with what was counted in the data. */
export interface Inspected<Operation = ResolvedOperation> extends Resolved<Operation> {
  readonly survey: Survey;
}

/** Reads an operation's facts, resolves it, and counts what planning it needs. A rule has what the settings say of it. */
export async function inspectOperation(
  workplace: Workplace,
  operation: TableOperation,
  options: SurveyOptions = {},
): Promise<Inspected> {
  const decided = operation.kind === 'unique-key' ? decideRule(operation, workplace.settings) : operation;
  return await look(workplace, decided, async (db, facts) => {
    const resolved = resolveOperation(decided, facts);
    return { facts, resolved, survey: await surveyOperation(db, resolved, facts, options) };
  });
}

/**
 * The same of a rule.
 * @throws MsgdbError with `miswritten: 'thrown'`, before anything is counted.
 */
export async function inspectRule(
  workplace: Workplace,
  rule: UniqueKey,
  options: SurveyOptions = {},
): Promise<Inspected<ResolvedRule>> {
  const decided = decideRule(rule, workplace.settings);
  return await look(workplace, decided, async (db, facts) => {
    const resolved = resolveRule(decided, facts);
    if (options.miswritten === 'thrown') throwMiswritten(resolved);
    return { facts, resolved, survey: await surveyRule(db, resolved, facts, options) };
  });
}

function throwMiswritten(resolved: ResolvedRule): void {
  const refusals = miswritten(resolved);
  const [first] = refusals;
  if (!first) return;
  throw new MsgdbError(first.code, {
    what: refusals.map(({ message }) => message).join(' '),
    fix: [...new Set(refusals.map(({ fix }) => fix))].join(' '),
    data: { refusals },
  });
}

/** The same without counting. */
export async function readOperation(workplace: Workplace, operation: TableOperation): Promise<Resolved> {
  return await look(workplace, operation, async (_, facts) => ({
    facts,
    resolved: resolveOperation(operation, facts),
  }));
}

async function look<Result>(
  workplace: Workplace,
  operation: TableOperation,
  work: (db: Queryable, facts: OperationFacts) => Promise<Result>,
): Promise<Result> {
  const { server, settings } = workplace;
  workplace.emit({ kind: 'step-started', title: `looking at ${operation.table}`, table: operation.table });
  return await readOnly(workplace, async (db) => work(db, await gatherFacts(db, server, operation, settings.schema)));
}
