import { type Inspected, inspectRule } from '../../inspect/inspect-operation.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import { plannedBy } from '../../plan/plan-operation.ts';
import { planUniqueKey } from '../../plan/plan-unique-key.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { type Change, makeChange } from '../pipeline.ts';
import { assertTrue } from './apply-operation.ts';

/** The excess rows of a rule go, and its index is built, without a migration around it. */
export function makeUnique(rule: UniqueKey): Change<Inspected<ResolvedRule>> {
  const planned = plannedBy([rule]);
  return makeChange({
    inspect: async (workplace, depth) => inspectRule(workplace, rule, { depth, index: 'compared' }),
    plan: ({ resolved, facts, survey }, { settings }) =>
      planUniqueKey(resolved, facts, survey, { ...settings, planned }),
    readBack: async (run) => assertTrue(run, rule),
  });
}
