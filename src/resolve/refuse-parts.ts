import type { OperationFacts } from '../model/facts.ts';
import type { IndexBuild } from '../model/plan.ts';
import type { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';

/** What is to be indexed, and how. */
type Wanted = Pick<IndexBuild, 'table' | 'columns' | 'method'>;

/** Refuses parts that no index of the method has: their type has no order, or they are computed when they are read. */
export function refuseParts({ table, columns, method }: Wanted, { parts }: OperationFacts, refusals: Refusals): void {
  for (const [place, part] of columns.entries()) {
    const { type, virtual = false, hasClass = true } = parts[place] ?? {};
    const label = 'column' in part ? `${tableLabel(table)}.${part.column}` : part.expression.trim();
    if (virtual) {
      refusals.add(
        'MSGDB_REFUSED',
        `${label} is a virtual generated column, which cannot be in an index.`,
        'Use the expression that it is generated from, or make the column STORED.',
      );
    }
    if (hasClass) continue;
    refusals.add(
      'MSGDB_REFUSED',
      `${label} is of type ${type}, which cannot be in a ${method} index: it has no default operator class for it (42704).`,
      method === 'btree'
        ? `Use an expression of a type that has an order, such as { expression: "md5((${'column' in part ? part.column : label})::text)" }.`
        : `Choose a method that takes ${type}, or an expression of another type.`,
    );
  }
}
