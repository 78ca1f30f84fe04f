import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import type { IndexFacts, OperationFacts, TableFacts } from '../../model/facts.ts';
import { findTable } from '../../model/find-table.ts';
import type { Survey } from '../../model/plan.ts';
import { partitionsFor } from './row-seconds.ts';
import { scanSeconds } from './scan-seconds.ts';

/** A foreign key whose columns no index begins with. */
export interface UnindexedReference {
  readonly child: TableFacts;
  readonly columns: readonly string[];
  /** Rows that go, of the table that it refers to. */
  readonly rows: number;
  /** What PostgreSQL takes to look for children of one of them. */
  readonly secondsPerRow: number;
}

/**
 * Foreign keys whose columns no index begins with: for each row that goes, PostgreSQL itself looks for children that
 * still name it, and so reads the whole child table each time. The one that takes longest comes first.
 */
export function findUnindexed(
  { references, losers }: Pick<Dedupe, 'references' | 'losers'>,
  facts: OperationFacts,
  { census, references: surveyed }: Pick<Survey, 'census' | 'references'>,
): readonly UnindexedReference[] {
  const own = typeof losers === 'string' ? census.excessRows : 0;
  const found = references.flatMap((reference, place) => [
    ...unindexed(reference, facts, own),
    ...inner(reference, facts, surveyed?.[place]?.colliding ?? 0),
  ]);
  return found.toSorted((a, b) => secondsOf(b) - secondsOf(a));
}

/** All of them, whatever rows are there now. */
export function listUnindexed(
  { references }: Pick<Dedupe, 'references'>,
  facts: OperationFacts,
): readonly UnindexedReference[] {
  return references.flatMap((reference) => [...unindexed(reference, facts, 1), ...inner(reference, facts, 1)]);
}

/** All that looking for children takes. */
export function secondsOf({ rows, secondsPerRow }: UnindexedReference): number {
  return rows * secondsPerRow;
}

/** Children that are removed as copies may have children of their own. */
function inner({ references }: ResolvedReference, facts: OperationFacts, rows: number): readonly UnindexedReference[] {
  return references.flatMap((reference) => [...unindexed(reference, facts, rows), ...inner(reference, facts, rows)]);
}

function unindexed(reference: ResolvedReference, facts: OperationFacts, rows: number): readonly UnindexedReference[] {
  const child = findTable(facts, reference.child.table);
  const columns = reference.columns.map(({ name }) => name);
  if (reference.kind !== 'foreign-key' || rows === 0 || !child) return [];
  if (child.indexes.some((index) => serves(index, columns))) return [];
  return [{ child, columns, rows, secondsPerRow: scanSeconds(child) / prunedTo(child, columns, facts) }];
}

/** Where the columns contain the partition key, one partition is read and not all. */
function prunedTo(child: TableFacts, columns: readonly string[], facts: OperationFacts): number {
  return child.partitionKey ? partitionsFor(child, [], facts) / partitionsFor(child, columns, facts) : 1;
}

/** The look-up compares every column with a value, so a predicate that only leaves NULLs out is implied by it. */
function serves({ valid, predicate, key, method }: IndexFacts, columns: readonly string[]): boolean {
  const first = key[0]?.column;
  if (!valid || first === undefined || !columns.includes(first) || !LOOKED_UP.has(method)) return false;
  return predicate === undefined || columns.some((name) => predicate.replaceAll('"', '') === `(${name} IS NOT NULL)`);
}

/** Methods that find equal values, at a place and not by reading all of the index. */
const LOOKED_UP = new Set(['btree', 'hash']);
