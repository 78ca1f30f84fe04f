import type { OperationFacts, TableFacts } from '../model/facts.ts';
import type { Dedupe, ResolvedReference, Survey } from '../model/plan.ts';
import { tableLabel } from './names.ts';
import { scanSeconds } from './scan-seconds.ts';
import { secondsOf, type UnindexedReference } from './unindexed-references.ts';

/** Measured with everything in memory; docs/decisions/0026 has the figures. */
const SECONDS_PER_COVERED_ROW = 1.5e-6;
const SECONDS_PER_REMOVED_ROW = 30e-6;
const SECONDS_PER_CHANGED_CHILD = 20e-6;
const SECONDS_PER_INDEX_ENTRY = 5e-6;
/** A row trigger in PL/pgSQL that writes a row somewhere: what it really does cannot be known. */
const SECONDS_PER_TRIGGER = 30e-6;
const SECONDS_PER_INDEXED_ROW = 1.5e-6;
/** So often a batch reads a child table for itself when no index helps. */
const READS_OF_A_CHILD = 4;
/** A transaction, its statements and its work tables. */
const SECONDS_OF_STATEMENTS = 0.03;

/** How long writers would wait if all were done under one lock: an estimate, with what takes the time. */
export interface Work {
  readonly seconds: number;
  /** Longest first. */
  readonly parts: readonly WorkPart[];
}

export interface WorkPart {
  readonly what: string;
  readonly seconds: number;
}

/** What an index makes of it: a build reads every row and writes an entry for each. */
export function buildWork(table: TableFacts): Work {
  const rows = table.estimatedRows > 0 ? table.estimatedRows : table.bytes / 100;
  return workOf([{ what: 'building the index', seconds: scanSeconds(table) + rows * SECONDS_PER_INDEXED_ROW }]);
}

/** What removing the excess rows takes. `unindexed`: references that stay without an index. */
export function removalWork(
  { references, losers }: Dedupe,
  facts: OperationFacts,
  { census, references: surveyed }: Pick<Survey, 'census' | 'references'>,
  unindexed: readonly UnindexedReference[],
): Work {
  const { covered, excessRows } = census;
  if (excessRows === 0) return workOf([]);
  const change = typeof losers === 'string' ? 'delete' : 'update';
  const label = tableLabel(facts.table.table);
  return workOf([
    { what: `finding the copies in ${label}`, seconds: covered * SECONDS_PER_COVERED_ROW + SECONDS_OF_STATEMENTS },
    {
      what: `archiving and removing rows of ${label}`,
      seconds: excessRows * (SECONDS_PER_REMOVED_ROW + triggerSeconds(facts.table, change)),
    },
    ...references.flatMap((reference, place) => {
      const survey = surveyed?.[place] ?? { moving: 0, colliding: 0 };
      return childWork(reference, facts, survey);
    }),
    ...unindexed.map((each) => ({
      what: `reading all of ${tableLabel(each.child.table)} for each row that goes, because no index begins with (${each.columns.join(', ')})`,
      seconds: secondsOf(each),
    })),
  ]);
}

/** Both in turn, under one lock. */
export function addWork(...works: readonly Work[]): Work {
  return workOf(works.flatMap(({ parts }) => parts));
}

/** Rows that one batch may have, so that it takes so long; without an index it may not even have a group's. */
export function rowsWithin(
  seconds: number,
  dedupe: Dedupe,
  facts: OperationFacts,
  unindexed: readonly UnindexedReference[],
): number {
  const change = typeof dedupe.losers === 'string' ? 'delete' : 'update';
  const perLoser =
    SECONDS_PER_REMOVED_ROW +
    triggerSeconds(facts.table, change) +
    unindexed.reduce((sum, { secondsPerRow }) => sum + secondsPerRow, 0);
  const reads = unindexed.reduce((sum, { secondsPerRow }) => sum + READS_OF_A_CHILD * secondsPerRow, 0);
  // Of the rows of a batch, half are survivors where groups are pairs.
  return Math.max(Math.floor((2 * Math.max(seconds - reads, 0)) / perLoser), 2);
}

function childWork(
  { child, kind, label }: ResolvedReference,
  { table, related }: OperationFacts,
  { moving, colliding }: { readonly moving: number; readonly colliding: number },
): readonly WorkPart[] {
  const facts = [table, ...related].find((each) => isSame(each, child));
  if (!facts) return [];
  const entries = facts.indexes.length * SECONDS_PER_INDEX_ENTRY;
  const moved = moving * (SECONDS_PER_CHANGED_CHILD + entries + triggerSeconds(facts, 'update'));
  const removed = colliding * (SECONDS_PER_REMOVED_ROW + triggerSeconds(facts, 'delete'));
  const reads = kind === 'foreign-key' ? READS_OF_A_CHILD : 2;
  return [{ what: `re-pointing ${label}`, seconds: moved + removed + reads * scanSeconds(facts) }];
}

function triggerSeconds({ triggers }: TableFacts, change: 'update' | 'delete'): number {
  return triggers.filter(({ enabled, events }) => enabled && events.includes(change)).length * SECONDS_PER_TRIGGER;
}

function workOf(parts: readonly WorkPart[]): Work {
  return {
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
    parts: parts.toSorted((a, b) => b.seconds - a.seconds),
  };
}

function isSame({ table }: TableFacts, child: ResolvedReference['child']): boolean {
  return table.schema === child.table.schema && table.name === child.table.name;
}
