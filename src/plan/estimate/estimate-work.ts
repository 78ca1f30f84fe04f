import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import type { OperationFacts, TableFacts } from '../../model/facts.ts';
import { findTable } from '../../model/find-table.ts';
import type { ReferenceSurvey } from '../../model/group-survey.ts';
import type { Survey } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import { secondsToChange, secondsToRemove } from './row-seconds.ts';
import { rowsOf, scanSeconds } from './scan-seconds.ts';
import { secondsOf, type UnindexedReference } from './unindexed-references.ts';

/** Measured with everything in memory; docs/decisions/0026 has the figures. */
const SECONDS_PER_COVERED_ROW = 1.5e-6;
const SECONDS_PER_INDEXED_ROW = 1.5e-6;
/** So often a batch reads a child table for itself when no index helps. */
const READS_OF_A_CHILD = 4;
/** A transaction, its statements and its work tables. */
const SECONDS_OF_STATEMENTS = 0.03;

/** How long writers would wait if all were done under one lock: an estimate, with what takes the time. */
export interface WorkEstimate {
  readonly seconds: number;
  /** Longest first. */
  readonly parts: readonly WorkPart[];
}

export interface WorkPart {
  readonly what: string;
  readonly seconds: number;
}

/** What an index makes of it: a build reads every row and writes an entry for each. */
export function estimateBuild(table: TableFacts): WorkEstimate {
  const seconds = scanSeconds(table) + rowsOf(table) * SECONDS_PER_INDEXED_ROW;
  return workOf([{ what: 'building the index', seconds }]);
}

/** What reading all rows that a rule covers takes, to find copies among them. */
export function secondsToFind(covered: number): number {
  return covered * SECONDS_PER_COVERED_ROW + SECONDS_OF_STATEMENTS;
}

/** What removing the excess rows takes. `unindexed`: references that stay without an index. */
export function removalWork(
  dedupe: Dedupe,
  facts: OperationFacts,
  { census, references: surveyed }: Pick<Survey, 'census' | 'references'>,
  unindexed: readonly UnindexedReference[],
): WorkEstimate {
  const { covered, excessRows, groups } = census;
  if (excessRows === 0) return workOf([]);
  const label = tableLabel(facts.table.table);
  const merged = dedupe.merges.length > 0 ? groups * secondsToChange(facts.table) : 0;
  return workOf([
    { what: `finding the copies in ${label}`, seconds: secondsToFind(covered) },
    { what: `${doing(dedupe)} rows of ${label}`, seconds: excessRows * secondsToSettle(dedupe, facts) },
    ...(merged > 0 ? [{ what: `merging into the rows of ${label} that stay`, seconds: merged }] : []),
    ...dedupe.references.map((reference, place) => ({
      what: `re-pointing ${reference.label}`,
      seconds: childSeconds(reference, facts, surveyed?.[place] ?? NONE),
    })),
    ...unindexed.map((each) => ({
      what: `reading all of ${tableLabel(each.child.table)} for each row that is removed, because no index begins with (${each.columns.join(', ')})`,
      seconds: secondsOf(each),
    })),
  ]);
}

/** Both in turn, under one lock. */
export function addEstimates(...works: readonly WorkEstimate[]): WorkEstimate {
  return workOf(works.flatMap(({ parts }) => parts));
}

/** Rows that one batch may have, so that it takes so long; without an index it may not even have a group's. */
export function rowsWithin(
  seconds: number,
  dedupe: Dedupe,
  facts: OperationFacts,
  unindexed: readonly UnindexedReference[],
): number {
  const scans = unindexed.reduce((sum, { secondsPerRow }) => sum + secondsPerRow, 0);
  const merged = dedupe.merges.length > 0 ? secondsToChange(facts.table) : 0;
  const perLoser = secondsToSettle(dedupe, facts) + merged + scans;
  // Of the rows of a batch, half are survivors where groups are pairs.
  return Math.max(Math.floor((2 * Math.max(seconds - READS_OF_A_CHILD * scans, 0)) / perLoser), 2);
}

/** What becomes of one excess row. */
function secondsToSettle({ losers }: Dedupe, facts: OperationFacts): number {
  if (typeof losers === 'object') return secondsToChange(facts.table);
  return secondsToRemove(facts.table, facts, losers === 'archive' ? 'archived' : 'not archived');
}

function doing({ losers }: Dedupe): string {
  if (typeof losers === 'object') return 'marking';
  return losers === 'archive' ? 'archiving and removing' : 'removing';
}

const NONE: ReferenceSurvey = { moving: 0, colliding: 0, refused: 0, unnamed: 0 };

/** Children that move, those that are merged or removed as copies, and the children of these: they are not counted. */
function childSeconds(
  { child, kind, merges, references }: ResolvedReference,
  facts: OperationFacts,
  { moving, colliding, refused }: ReferenceSurvey,
): number {
  const table = findTable(facts, child.table);
  if (!table) return 0;
  const moved = moving * secondsToChange(table);
  const kept = merges.length > 0 ? colliding * secondsToChange(table) : 0;
  const removed = (colliding + refused) * secondsToRemove(table, facts);
  const reads = kind === 'foreign-key' ? READS_OF_A_CHILD : 2;
  const inner = colliding === 0 ? [] : references;
  return inner.reduce(
    (sum, reference) =>
      sum + childSeconds(reference, facts, { ...NONE, moving: shareOf(reference, table, facts, colliding) }),
    moved + kept + removed + reads * scanSeconds(table),
  );
}

/** Rows that refer to a number of a table's rows, if all are referred to equally often. */
function shareOf({ child }: ResolvedReference, parent: TableFacts, facts: OperationFacts, rows: number): number {
  const table = findTable(facts, child.table);
  return table ? (rowsOf(table) / Math.max(rowsOf(parent), 1)) * rows : 0;
}

function workOf(parts: readonly WorkPart[]): WorkEstimate {
  return {
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
    parts: parts.toSorted((a, b) => b.seconds - a.seconds),
  };
}
