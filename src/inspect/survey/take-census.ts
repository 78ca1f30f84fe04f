import { z } from 'zod';
import type { Key } from '../../model/dedupe.ts';
import type { Census, FoundRows, IndexPartFacts } from '../../model/facts.ts';
import type { Queryable, Row, Statement } from '../../model/statement.ts';
import { orderInIndex } from '../../resolve/resolve-key.ts';
import { countByKey, findSuspects } from '../../sql/dedupe/find-groups.ts';
import { findRows } from '../../sql/dedupe/found-rows.ts';
import { readFrom, resetParallelCost, sortAgain, sortInParallel, sortNothing } from '../../sql/dedupe/keyed.ts';
import { countCovered } from '../../sql/key-widths.ts';
import { setLocally } from '../../sql/settings.ts';
import { chooseGrouping, type KnownFacts } from './choose-grouping.ts';
import type { KeyWidths } from './find-long-keys.ts';

/** How a census is taken. */
export interface CensusOptions {
  /** Read the table itself, also where an index has the key sorted. */
  readonly heap?: boolean;
  /** What is known of the key and of its table. */
  readonly facts?: KnownFacts;
}

/**
 * Counts the rows, groups and excess rows of a key in one read of its rows where they are grouped by the key itself.
 * Grouped by hash, the rows of suspect hashes are read once more. Where these are too many to be looked at again one by
 * one, everything is counted by the key instead.
 */
export async function takeCensus(db: Queryable, asked: Key, { heap, facts }: CensusOptions = {}): Promise<Census> {
  const allowed = heap ? fromTable(asked) : asked;
  const [, way] = await Promise.all([db.query(readFrom(allowed)), chooseGrouping(db, allowed, facts)]);
  if (way === 'index') {
    const order = orderInIndex(allowed, facts?.table.indexes ?? []);
    return censusOf(await queryUnder(db, [sortNothing()], countByKey(allowed, order), sortAgain()));
  }
  const key = fromTable(allowed);
  const before = key === allowed ? [] : [readFrom(key)];
  if (way === 'hashed keys') return await countHashed(db, key, before);
  const parallel = [...before, sortInParallel()];
  if (way === 'sorted keys') {
    return censusOf(await queryUnder(db, parallel, countByKey(key), resetParallelCost()));
  }
  const found = await queryUnder(db, parallel, findSuspects(key), resetParallelCost());
  const { groups, every } = suspectsSchema.parse(found[0]);
  if (groups === 0) return censusOf(found);
  if (every === null) return await countHashed(db, key, []);
  const { found: rows, ...counted } = await readRows(db, key, every);
  const census = censusOf([{ ...found[0], ...counted }]);
  return withRows(census, rows);
}

/** The same census with the places of the rows, where they can be carried along: one more read of the table. */
export async function locateRows(db: Queryable, asked: Key, census: Census): Promise<Census> {
  const { every, rows } = census.suspects ?? {};
  if (every === undefined || rows !== undefined || asked.partitioned) return census;
  const key = fromTable(asked);
  await db.query(readFrom(key));
  const { found } = await readRows(db, key, every);
  return withRows(census, found);
}

async function readRows(db: Queryable, key: Key, hashes: string) {
  const [row] = await queryUnder(db, [sortInParallel()], findRows(key, hashes), resetParallelCost());
  return rowsSchema.parse(row);
}

const rowsSchema = z.looseObject({ found: z.object({ places: z.string(), mark: z.string() }).nullish() });

function withRows(census: Census, rows: FoundRows | null | undefined): Census {
  return census.suspects && rows ? { ...census, suspects: { ...census.suspects, rows } } : census;
}

const suspectsSchema = z.object({ groups: z.coerce.number(), every: z.string().nullable() });

function fromTable(key: Key): Key {
  return key.grouping === 'index' ? { ...key, grouping: 'hash' } : key;
}

/** Hashing whole keys beats sorting them, as sorting hashes beats hashing them. */
async function countHashed(db: Queryable, key: Key, before: readonly Statement[]): Promise<Census> {
  const on = setLocally('enable_hashagg', 'on');
  return censusOf(await queryUnder(db, [...before, on], countByKey(key), setLocally('enable_hashagg', 'off')));
}

/** Settings go along with what they are for, in one round trip. */
async function queryUnder(
  db: Queryable,
  before: readonly Statement[],
  query: Statement,
  after: Statement,
): Promise<readonly Row[]> {
  const results = await Promise.all([...before, query].map(async (each) => db.query(each)));
  // The next statement fails with the reason.
  db.query(after).catch(() => undefined);
  return results.at(-1) ?? [];
}

const censusSchema = z.object({
  covered: z.coerce.number(),
  groups: z.coerce.number(),
  excess_rows: z.coerce.number().default(0),
  largest_group: z.coerce.number().default(0),
  moment: z.string().optional(),
  every: z.string().nullish(),
  largest: z.string().nullish(),
});

function censusOf([row]: readonly unknown[]): Census {
  const { covered, groups, moment, every, largest, ...counted } = censusSchema.parse(row);
  return {
    covered,
    groups,
    excessRows: counted.excess_rows,
    largestGroup: counted.largest_group,
    ...(moment === undefined ? {} : { asOf: moment }),
    ...(typeof largest === 'string' ? { suspects: { every: every ?? undefined, largest } } : {}),
  };
}

const widthsSchema = z
  .object({
    least: z.coerce.number().optional(),
    most: z.coerce.number().optional(),
    too_long: z.coerce.number().optional(),
  })
  .transform(({ least = 0, most, too_long: tooLong = 0 }) =>
    most === undefined ? undefined : { least, most, tooLong },
  );

/** How long the parts of a key are; undefined where they all have a length of their own. */
export async function readWidths(
  db: Queryable,
  key: Key,
  parts: readonly IndexPartFacts[],
): Promise<KeyWidths | undefined> {
  const [row] = await db.query(countCovered(key, parts));
  return widthsSchema.parse(row);
}
