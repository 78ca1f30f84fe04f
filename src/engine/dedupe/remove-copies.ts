import { type Inspected, inspectRule } from '../../inspect/inspect-operation.ts';
import type { SurveyOptions } from '../../inspect/survey/survey-rule.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Survey } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import { planDedupe } from '../../plan/plan-dedupe.ts';
import { findLeftAlone } from '../../plan/refusals/find-left-alone.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import type { Run } from '../../session/workplace.ts';
import { type Change, type ChangeParts, makeChange } from '../pipeline.ts';
import { findOverwritten } from './find-overwritten.ts';

/** How copies are removed, and how the rule is looked at. */
export interface RemovalOptions extends Pick<SurveyOptions, 'miswritten'> {
  /** Instead of the one that is set. */
  readonly strategy?: 'plan-file' | undefined;
}

/** The excess rows of a rule go, and no index is built. */
export function removeCopies(rule: UniqueKey, options: RemovalOptions = {}): Change<Inspected<ResolvedRule>> {
  return makeChange(partsOfRemoval(rule, options));
}

/** The same in parts, for who plans it otherwise. */
export function partsOfRemoval(
  rule: UniqueKey,
  { strategy, miswritten = 'planned' }: RemovalOptions = {},
): ChangeParts<Inspected<ResolvedRule>> {
  return {
    inspect: async (workplace, depth) => inspectRule(workplace, rule, { depth, index: 'compared', miswritten }),
    plan: ({ resolved, facts, survey }, { settings }) =>
      planDedupe(resolved, facts, survey, { ...settings, ...(strategy ? { strategy } : {}) }),
    readBack: async (run, outcome) => readBack(run, rule, outcome),
  };
}

/**
 * The last pass has read the whole table, and found nothing left to remove or to report, unless its outcome says so.
 */
async function readBack(run: Run, rule: UniqueKey, outcome: Outcome): Promise<readonly Finding[]> {
  const overwritten = await findOverwritten(run.session, outcome);
  if (outcome.unsettled + outcome.disagreeing === 0) return overwritten;
  const { resolved, facts, survey } = await inspectRule(run, rule);
  if (survey.census.groups > outcome.disagreeing) throw notClean(rule.table, survey, outcome);
  return [...findLeftAlone(tableLabel(facts.table.table), resolved.operation, survey), ...overwritten];
}

function notClean(table: string, { census }: Survey, done: Outcome): MsgdbError {
  return new MsgdbError('MSGDB_VERIFY_FAILED', {
    data: { done },
    what: `${countOf(census.excessRows, 'excess row is', 'excess rows are')} left in ${table}, or came while msgdb was working.`,
    why: 'Without a unique index the application can make new copies at any time.',
    fix: 'Run the command again, or make the rule last with a migration: `msgdb new`.',
  });
}
