import type { OperationFacts } from '../model/facts.ts';
import type { Nulls } from '../model/operations/common.ts';
import type { TableOperation } from '../model/operations/table-operation.ts';
import type { Survey } from '../model/plan.ts';
import { decideRule } from '../resolve/decide-rule.ts';
import { readOnly } from '../session/read-only.ts';
import type { Workplace } from '../session/workplace.ts';
import { gatherFacts } from './facts/gather-facts.ts';
import { findDamage } from './survey/find-damage.ts';
import { type SurveyDepth, surveyGroups } from './survey/survey-groups.ts';
import { takeSurvey } from './survey/take-survey.ts';

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
  return await readOnly(workplace, async (db) => {
    const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
    const survey = await takeSurvey(db, operation, facts, nulls);
    if (operation.kind !== 'unique-key') return { operation, facts, survey };
    const rule = decideRule(operation, workplace.settings);
    const groups = await surveyGroups(db, rule, facts, survey.census, depth);
    const damaged = index === 'compared' && (await findDamage(db, rule, facts, survey.census));
    return { operation: rule, facts, survey: { ...survey, ...groups, damaged } };
  });
}
