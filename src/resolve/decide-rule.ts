import type { Limit, OnDiffer } from '../model/operations/common.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';

/** What flags and configuration say of every rule. */
export interface RuleSettings {
  readonly limit?: Limit | undefined;
  readonly onDiffer: OnDiffer;
}

/** The rule with what the settings add: a limit where it has none; and where either says stop, differing stops. */
export function decideRule(rule: UniqueKey, { limit, onDiffer }: RuleSettings): UniqueKey {
  return {
    ...rule,
    limit: rule.limit ?? limit,
    onDiffer: rule.onDiffer === 'stop' ? 'stop' : onDiffer,
  };
}
