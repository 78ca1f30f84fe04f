import { countOf } from './count-of.ts';
import { type TableName, tableId } from './table-name.ts';

/** What came of a step. */
export interface Outcome {
  /** Losers that were removed or marked. */
  readonly removed: number;
  /** Of those, losers that stay and only were marked. */
  readonly marked: number;
  readonly archived: number;
  readonly merged: number;
  readonly created: number;
  /** Children that were removed, by reference: as copies of others, or because a constraint would refuse them. */
  readonly childrenRemoved: readonly RemovedCount[];
  readonly repointed: readonly RowCount[];
  /** Groups left alone because they differ in a column that must agree. */
  readonly disagreeing: number;
  /** Suspect groups that the last pass could not settle: their rows kept moving, or their hashes alone are equal. */
  readonly unsettled: number;
  readonly restored: number;
  readonly notRestored: readonly NotRestored[];
  /** Values that a trigger changed while they were written. */
  readonly overwritten: readonly Overwritten[];
}

/** Rows in which a column has another value than it was set to. */
export interface Overwritten {
  readonly table: TableName;
  readonly column: string;
  readonly rows: number;
  /** Survivors that take values, or losers that are marked. */
  readonly written: 'merged' | 'marked';
}

export interface RowCount {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

export interface RemovedCount extends RowCount {
  /** Those of the rows that a constraint would have refused. */
  readonly refused: number;
}

/** Rows that could not be put back, and why. */
export interface NotRestored {
  readonly table: string;
  readonly rows: number;
  readonly reason: string;
  readonly runId: string;
  /** The columns of the primary key; empty where the rows have none, or were not looked at. */
  readonly identity: readonly string[];
  /** Of the first rows, as many as KEYS_TOLD. */
  readonly keys: readonly string[];
  /** What can be done, where it is not to look at them in the archive. */
  readonly fix?: string;
}

/** How many of the rows that were not restored are named. */
export const KEYS_TOLD = 5;

export const NOTHING_DONE: Outcome = {
  removed: 0,
  marked: 0,
  archived: 0,
  merged: 0,
  created: 0,
  childrenRemoved: [],
  repointed: [],
  disagreeing: 0,
  unsettled: 0,
  restored: 0,
  notRestored: [],
  overwritten: [],
};

/** Adds up what came of several steps. */
export function addOutcomes(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce(
    (sum, each) => ({
      removed: sum.removed + each.removed,
      marked: sum.marked + each.marked,
      archived: sum.archived + each.archived,
      merged: sum.merged + each.merged,
      created: sum.created + each.created,
      childrenRemoved: addCounts([...sum.childrenRemoved, ...each.childrenRemoved], (count, before) => ({
        ...count,
        rows: before.rows + count.rows,
        refused: before.refused + count.refused,
      })),
      repointed: addCounts([...sum.repointed, ...each.repointed], (count, before) => ({
        ...count,
        rows: before.rows + count.rows,
      })),
      disagreeing: sum.disagreeing + each.disagreeing,
      unsettled: sum.unsettled + each.unsettled,
      restored: sum.restored + each.restored,
      notRestored: addNotRestored([...sum.notRestored, ...each.notRestored]),
      overwritten: addOverwritten([...sum.overwritten, ...each.overwritten]),
    }),
    NOTHING_DONE,
  );
}

/** What has come of a step so far. */
export class Tally {
  #sum = NOTHING_DONE;

  get sum(): Outcome {
    return this.#sum;
  }

  add(outcome: Outcome): void {
    this.#sum = addOutcomes([this.#sum, outcome]);
  }

  /** Groups that disagree, or were not settled, are met again in the next pass. */
  beginPass(): void {
    this.#sum = { ...this.#sum, disagreeing: 0, unsettled: 0 };
  }
}

function addCounts<Count extends RowCount>(
  counts: readonly Count[],
  add: (count: Count, before: Count) => Count,
): readonly Count[] {
  const byLabel = new Map<string, Count>();
  for (const count of counts) {
    const before = byLabel.get(count.label);
    byLabel.set(count.label, before ? add(count, before) : count);
  }
  return [...byLabel.values()];
}

/** Batches of one run with the same reason are reported as one. */
export function addNotRestored(all: readonly NotRestored[]): readonly NotRestored[] {
  const sums = new Map<string, NotRestored>();
  for (const each of all) {
    const label = JSON.stringify([each.runId, each.table, each.reason]);
    const before = sums.get(label);
    const keys = [...(before?.keys ?? []), ...each.keys].slice(0, KEYS_TOLD);
    sums.set(label, { ...each, rows: (before?.rows ?? 0) + each.rows, keys });
  }
  return [...sums.values()];
}

/** Rows of one column are one, by whatever batch they were changed. */
function addOverwritten(all: readonly Overwritten[]): readonly Overwritten[] {
  const sums = new Map<string, Overwritten>();
  for (const each of all) {
    const label = JSON.stringify([tableId(each.table), each.column, each.written]);
    const before = sums.get(label);
    sums.set(label, before ? { ...before, rows: before.rows + each.rows } : each);
  }
  return [...sums.values()];
}

/** `12 rows removed (archived), 3 survivors merged, chat_reactions.message_id: 7 re-pointed`, for people. */
export function describeOutcome(outcome: Outcome): string {
  const gone = outcome.removed - outcome.marked;
  const lost = outcome.notRestored.reduce((sum, { rows }) => sum + rows, 0);
  const parts = [
    gone > 0 && `${countOf(gone, 'row')} removed${outcome.archived >= gone ? ' (archived)' : ''}`,
    outcome.marked > 0 && `${countOf(outcome.marked, 'row')} marked`,
    outcome.merged > 0 && `${countOf(outcome.merged, 'survivor')} merged`,
    ...outcome.repointed.map((each) => each.rows > 0 && `${each.label}: ${countOf(each.rows, 'row')} re-pointed`),
    ...outcome.childrenRemoved.flatMap(({ label, rows, refused }) => [
      rows > refused && `${label}: ${countOf(rows - refused, 'row removed as a copy', 'rows removed as copies')}`,
      refused > 0 &&
        `${label}: ${countOf(refused, 'row')} removed because a constraint would refuse ${refused === 1 ? 'it' : 'them'}`,
    ]),
    outcome.created > 0 && `${countOf(outcome.created, 'row')} created`,
    outcome.disagreeing > 0 && `${countOf(outcome.disagreeing, 'group')} left alone: the copies disagree`,
    outcome.restored > 0 && `${countOf(outcome.restored, 'row')} restored`,
    ...outcome.overwritten.map(
      ({ column, rows }) => `${countOf(rows, 'row')} in which a trigger set another ${column}`,
    ),
    // The findings have the rows and the reasons.
    lost > 0 && `${countOf(lost, 'row')} not restored`,
  ];
  return parts.filter(Boolean).join(', ');
}
