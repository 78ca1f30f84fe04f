import type { Key, Merge } from '../model/dedupe.ts';
import type { ColumnFacts, TableFacts } from '../model/facts.ts';
import type { MergeStrategy } from '../model/operations/common.ts';
import type { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { refuseTwice, requireColumn } from './find-column.ts';

/** What the survivor takes from its group, per column. */
export function resolveMerges(
  merge: Readonly<Record<string, MergeStrategy>>,
  key: Key,
  facts: TableFacts,
  refusals: Refusals,
): readonly Merge[] {
  const merges = Object.entries(merge).flatMap(([name, strategy]) => {
    const column = requireColumn(facts, name, refusals);
    if (!column) return [];
    const settled = settledBy(column, key, facts);
    const unfit = settled === undefined ? unfitFor(column, strategy) : undefined;
    const label = tableLabel(facts.table);
    if (settled)
      refusals.add('MSGDB_REFUSED', `${label}: ${settled}; leave it out of merge.`, `Take ${name} out of merge.`);
    if (unfit) refusals.add('MSGDB_REFUSED', `${label}: ${unfit}`, fitting(column));
    return [mergeOf(column, strategy)];
  });
  refuseTwice('merge', merges, refusals);
  return merges;
}

/** One merged column. */
export function mergeOf(column: ColumnFacts, strategy: MergeStrategy): Merge {
  return {
    column: column.name,
    strategy,
    type: column.plainType,
    baseType: column.baseType,
    isArray: column.elementType !== undefined,
  };
}

const SUMMABLE = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'money', 'interval']);
const TEXTUAL = /^(?:text|character varying|character|(?:.*\.)?citext)$/;

/** What says already which value the row that stays has. */
function settledBy(column: ColumnFacts, key: Key, facts: TableFacts): string | undefined {
  if (column.generated || column.identityAlways) {
    return `${column.name} is generated and cannot be merged`;
  }
  if (facts.primaryKey.includes(column.name)) return `${column.name} is the primary key`;
  if (key.columns.some((part) => 'column' in part && part.column === column.name)) {
    return `${column.name} is part of the key, so it is equal in all copies`;
  }
  return undefined;
}

function fitting({ name, sortable }: ColumnFacts): string {
  const ways = ["'first-non-null'", ...(sortable ? ["'max'"] : [])];
  return `Write merge: { ${name}: ${ways.join(' or ')} }, or an aggregate: { expression: '…' }.`;
}

function unfitFor(column: ColumnFacts, strategy: MergeStrategy): string | undefined {
  if ((strategy === 'min' || strategy === 'max') && !column.sortable) {
    return `${column.name} is of type ${column.type}, which has no order for ${strategy}.`;
  }
  if ((strategy === 'or' || strategy === 'and') && column.storageType !== 'boolean') {
    return `${column.name} is of type ${column.type}; '${strategy}' is for boolean columns.`;
  }
  if (strategy === 'jsonb-merge' && !['jsonb', 'json'].includes(column.storageType)) {
    return `${column.name} is of type ${column.type}; 'jsonb-merge' is for json and jsonb columns.`;
  }
  const type = column.storageType.replace(/\(.*$/, '').replace(/^interval .*/, 'interval');
  if (strategy === 'sum' && !SUMMABLE.has(type)) {
    return `${column.name} is of type ${column.type}, which has no sum.`;
  }
  if (strategy === 'concat' && column.elementType === undefined && !TEXTUAL.test(type)) {
    return `${column.name} is of type ${column.type}; 'concat' is for text and arrays.`;
  }
  return undefined;
}
