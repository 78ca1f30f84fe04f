import type { OperationFacts } from '../../model/facts.ts';
import type { Plan } from '../../model/plan.ts';
import { keyLabel } from '../../resolve/resolve-key.ts';
import { miswritten, type ResolvedRule } from '../../resolve/resolve-rule.ts';

/** The plan of a rule that is written wrong, which says that alone; undefined for any other. */
export function refuseMiswritten(resolved: ResolvedRule, { table }: OperationFacts): Plan | undefined {
  const refusals = miswritten(resolved);
  if (refusals.length === 0) return undefined;
  const title = `unique ${keyLabel(resolved.key)}`;
  return { operation: resolved.operation, title, table: table.table, refusals, notes: [], steps: [] };
}
