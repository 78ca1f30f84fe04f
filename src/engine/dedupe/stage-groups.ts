import { z } from 'zod';
import type { Key, PlannedDedupe } from '../../model/dedupe.ts';
import type { FoundRows, Moment } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { findSettings } from '../../session/find-settings.ts';
import { queryTogether } from '../../session/query-together.ts';
import type { Run } from '../../session/workplace.ts';
import { cutGroups, mayCut } from '../../sql/dedupe/cut-groups.ts';
import { listSuspects } from '../../sql/dedupe/find-groups.ts';
import { readMark } from '../../sql/dedupe/found-rows.ts';
import { allowIndexes, readFrom, resetParallelCost, scanTable, sortInParallel } from '../../sql/dedupe/keyed.ts';
import { findNewcomers, readMoment } from '../../sql/dedupe/newcomers.ts';
import { type Known, stageGroups } from '../../sql/dedupe/stage.ts';

/**
 * Where groups are looked for: among all rows, where many or few may be found; among those with hashes that a look has
 * found; or among those that share their key with a row that came or changed since.
 */
export type Search =
  | { readonly among: 'every row'; readonly expecting: 'many' | 'few' }
  | {
      readonly among: 'hashes';
      readonly hashes: string;
      readonly rows?: FoundRows | undefined;
      readonly asOf: Moment;
    }
  | { readonly among: 'newcomers'; readonly since: Moment };

/** Without anything to go by. */
export const EVERY_ROW: Search = { among: 'every row', expecting: 'many' };
/** After another search: most often it finds nothing. */
export const EVERY_ROW_AGAIN: Search = { among: 'every row', expecting: 'few' };

/** What was staged for a pass. */
export interface Staged {
  readonly groups: number;
  readonly rows: number;
  readonly largest: number;
  /** The first group that is a part of a larger one; so are all after it. */
  readonly cut?: number;
  /** Rows of groups that are not parts of a larger one; all of them when left out. */
  readonly uncut?: number;
  /** Groups that this search could not find have a row that was written since. */
  readonly asOf: Moment;
}

/** Finding groups and finding their rows are two statements: a copy that came in between would leave a group torn. */
export async function inOneMoment<Result>(run: Run, work: (tx: Queryable) => Promise<Result>): Promise<Result> {
  const settings = findSettings(run);
  return await run.session.transaction({ isolation: 'repeatable read', settings }, work);
}

/** What a search has found before any group is staged. */
export interface Suspects {
  /** Hashes, each once, or of newcomers, each of which may be without a copy; undefined where it was not counted. */
  readonly count?: number;
  /** Undefined where they are too many, or the key has none. */
  readonly hashes?: string | undefined;
  /** Where their rows were, as far as a look has handed it over. */
  readonly rows?: FoundRows | undefined;
  readonly asOf: Moment;
}

/** Stages the groups to work on. */
export async function stage(tx: Queryable, dedupe: PlannedDedupe, search: Search): Promise<Staged> {
  return await stageSuspects(tx, dedupe, await findSuspects(tx, dedupe.key, search));
}

/** Stages the groups of suspects. */
export async function stageSuspects(tx: Queryable, dedupe: PlannedDedupe, suspects: Suspects): Promise<Staged> {
  const { count, asOf } = suspects;
  if (count === 0) return { groups: 0, rows: 0, largest: 0, asOf };
  return { ...(await stageThese(tx, dedupe, await stillKnown(tx, dedupe.key, suspects))), asOf };
}

/** Where few are expected, knowing their hashes is cheaper than numbering groups. */
export async function findSuspects(tx: Queryable, key: Key, search: Search): Promise<Suspects> {
  if (search.among === 'hashes') return search;
  const asOf = await readNow(tx);
  if (key.grouping === 'sort' || (search.among === 'every row' && search.expecting === 'many')) return { asOf };
  const { count, hashes } = await listHashes(tx, key, search);
  return { count, hashes: hashes ?? undefined, asOf };
}

async function listHashes(tx: Queryable, key: Key, search: Exclude<Search, { among: 'hashes' }>) {
  const newcomers = search.among === 'newcomers';
  const [, , found] = await queryTogether(tx, [
    newcomers ? scanTable() : readFrom(key),
    sortInParallel(),
    newcomers ? findNewcomers(key, search.since) : listSuspects(key),
    resetParallelCost(),
    allowIndexes(),
  ]);
  return suspectsSchema.parse(found?.[0]);
}

const suspectsSchema = z.object({ count: z.coerce.number(), hashes: z.string().nullable() });

/** The moment of the transaction's snapshot. */
export async function readNow(tx: Queryable): Promise<Moment> {
  const [row] = await tx.query(readMoment());
  return String(row?.moment);
}

/**
 * Where the rows of a look are all where they were, with their keys, the table is not read for them. Else some of a group would
 * be taken without the others. Copies that came since are found by the next search, as those that come in a moment.
 */
export async function stillKnown(tx: Queryable, key: Key, { hashes, rows }: Suspects): Promise<Known | undefined> {
  if (rows !== undefined) {
    const [now] = await tx.query(readMark(key, rows.places));
    if (now?.mark === rows.mark) return { places: rows.places };
  }
  return hashes === undefined ? undefined : { hashes };
}

async function stageThese(tx: Queryable, dedupe: PlannedDedupe, known: Known | undefined) {
  const [row] = (await queryTogether(tx, stageGroups(dedupe, known))).at(-1) ?? [];
  return { groups: Number(row?.groups), rows: Number(row?.rows), largest: Number(row?.largest) };
}

/** Rows of a group that are removed in one transaction: 50 ms of the server on average, without triggers. */
const PART = 5_000;

/** Cuts the groups that would make a batch too long, where they can be cut. */
export async function cutLarge(tx: Queryable, dedupe: PlannedDedupe, staged: Staged, size = PART): Promise<Staged> {
  const most = 2 * size;
  if (staged.largest <= most || !mayCut(dedupe)) return staged;
  const [row] = (await queryTogether(tx, cutGroups(dedupe, { most, size }))).at(-1) ?? [];
  const parted = { ...staged, groups: Number(row?.groups), rows: Number(row?.rows) };
  // Rows of one hash may have been of several keys.
  return typeof row?.cut === 'string' ? { ...parted, cut: Number(row.cut), uncut: Number(row.uncut) } : parted;
}

/**
 * What later passes look at. Nothing is reported as clean unread: the last pass is over all rows, unless what comes
 * after it reads them all anyway, as the build of an index does.
 */
export type Afterwards = 'every row' | 'newcomers';

/** Groups that were left, `left` of them, are not found by what is new: they may be of old rows alone. */
export function searchOn(afterwards: Afterwards, asOf: Moment, left: number): Search {
  return afterwards === 'every row' || left > 0 ? EVERY_ROW_AGAIN : { among: 'newcomers', since: asOf };
}
