import type { OperationFacts } from '../../model/facts.ts';
import type { Nulls } from '../../model/operations/common.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { Plan, Survey } from '../../model/plan.ts';
import { decideRule } from '../../plan/decide-rule.ts';
import { planOperation, planPlain, type TableOperation } from '../../plan/plan-operation.ts';
import type { Planned } from '../../plan/settings.ts';
import { lookOnly } from '../run/look-only.ts';
import type { Workplace } from '../run/workplace.ts';
import { findDamage } from './find-damage.ts';
import { gatherFacts } from './gather-facts.ts';
import { type SurveyDepth, surveyGroups } from './survey-groups.ts';
import { takeSurvey } from './take-survey.ts';

/** An operation, and what was seen of its table. */
export interface Inspected {
  readonly operation: TableOperation;
  readonly facts: OperationFacts;
  readonly survey: Survey;
}

/** How an operation is looked at. */
export interface InspectOptions {
  /** Where the operation does not say what NULLs are. */
  readonly nulls?: Nulls | undefined;
  readonly depth?: SurveyDepth;
  /** What an index that is there is believed. */
  readonly index?: 'believed' | 'compared';
}

/** Reads an operation's facts and counts in its table. The rule that comes back has what the settings say of it. */
export async function inspectOperation(
  workplace: Workplace,
  operation: TableOperation,
  { nulls, depth = 'needed', index = 'believed' }: InspectOptions = {},
): Promise<Inspected> {
  workplace.emit({ kind: 'step-started', title: `looking at ${operation.table}` });
  return await lookOnly(workplace, async (db) => {
    const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
    const survey = await takeSurvey(db, operation, facts, nulls);
    if (operation.kind !== 'unique-key') return { operation, facts, survey };
    const rule = decideRule(operation, workplace.settings);
    const groups = await surveyGroups(db, rule, facts, survey.census, depth);
    const damaged = index === 'compared' && (await findDamage(db, rule, facts, survey.census));
    return { operation: rule, facts, survey: { ...survey, ...groups, damaged } };
  });
}

/** Plans an operation from what the database is now. */
export async function makePlan(
  workplace: Workplace,
  operation: Operation,
  planned: Planned,
  depth: SurveyDepth = 'needed',
): Promise<Plan> {
  if (operation.kind === 'sql' || operation.kind === 'expect-index') return planPlain(operation);
  const inspected = await inspectOperation(workplace, operation, { depth, index: 'compared' });
  return planOperation(inspected.operation, inspected.facts, inspected.survey, { ...workplace.settings, planned });
}
