import type { Key, KeyColumn } from '../model/dedupe.ts';
import type { OperationFacts } from '../model/facts.ts';
import { truncateBytes } from '../model/name.ts';
import type { IndexOperation } from '../model/operations/index-operation.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { IndexBuild } from '../model/plan.ts';
import type { Refusals } from '../model/refusals.ts';
import { requireColumn } from './find-column.ts';
import { partLabel } from './resolve-key.ts';

/** A name for the rule's index where none is given: PostgreSQL's own habit, within its 63 bytes. */
export function deriveIndexName(table: string, parts: readonly string[]): string {
  const words = parts.map((part) => part.replaceAll(/[^\p{L}\p{N}_]+/gu, '_').replaceAll(/^_+|_+$/g, ''));
  return `${truncateBytes(`${table}_${words.join('_')}`, 59)}_key`;
}

/** The index a rule asks for. */
export function indexBuild(operation: UniqueKey, key: Key): IndexBuild {
  return {
    table: key.table,
    partitioned: key.partitioned,
    name: operation.index ?? deriveIndexName(key.table.name, key.columns.map(partLabel)),
    unique: true,
    method: 'btree',
    columns: key.columns,
    predicate: key.predicate,
    nulls: key.nulls,
  };
}

/** The index the operation asks for. */
export function plainIndexBuild(operation: IndexOperation, facts: OperationFacts, refusals: Refusals): IndexBuild {
  return {
    table: facts.table.table,
    partitioned: facts.table.kind === 'partitioned',
    name: operation.name,
    unique: false,
    method: operation.method,
    columns: operation.columns.flatMap((part): readonly KeyColumn[] => {
      if (typeof part === 'object') return [part];
      const column = requireColumn(facts.table, part, refusals);
      return column ? [{ column: column.name }] : [];
    }),
    predicate: operation.where,
    nulls: 'distinct',
  };
}
