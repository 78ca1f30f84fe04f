import { z } from 'zod';
import type { Key } from '../../model/dedupe.ts';
import type { Census, IndexPartFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { countByKey, countSuspects, findSuspects } from '../../sql/dedupe/find-groups.ts';
import { readFrom, resetParallelCost, sortInParallel } from '../../sql/dedupe/keyed.ts';
import { countCovered } from '../../sql/key-widths.ts';
import { setLocally } from '../../sql/settings.ts';
import type { KeyWidths } from './find-long-keys.ts';

const censusSchema = z.object({
  covered: z.coerce.number(),
  groups: z.coerce.number(),
  excess_rows: z.coerce.number(),
  largest_group: z.coerce.number(),
});

/** How a census is taken. */
export interface CensusOptions {
  /** Read the table itself, also where an index has the key sorted. */
  readonly heap?: boolean;
  /** Measure these parts of the key as well. */
  readonly parts?: readonly IndexPartFacts[];
}

/** What a census comes to. */
interface Taken extends Census {
  readonly widths?: KeyWidths | undefined;
}

/**
 * Counts the rows, groups and excess rows of a key. Finding by hash is quickest where copies are few; where they are
 * too many to be looked at again one by one, everything is counted by the key instead.
 */
export async function takeCensus(db: Queryable, asked: Key, { heap, parts = [] }: CensusOptions = {}): Promise<Taken> {
  const key: Key = heap && asked.grouping === 'index' ? { ...asked, grouping: 'hash' } : asked;
  if (key.grouping === 'sort') {
    const [, census] = await Promise.all([db.query(readFrom(key)), countAll(db, key, parts)]);
    return census;
  }
  const [, , census] = await Promise.all([
    db.query(readFrom(key)),
    db.query(sortInParallel()),
    countFound(db, key, parts),
  ]);
  // Whoever asks next is told of what it fails with.
  db.query(resetParallelCost()).catch(() => undefined);
  return census;
}

async function countFound(db: Queryable, key: Key, parts: readonly IndexPartFacts[]): Promise<Taken> {
  const [row] = await db.query(findSuspects(key));
  const suspects = suspectsSchema.parse(row);
  if (suspects.groups > 0 && suspects.every === null) {
    return { ...(await countAll(db, key, parts)), ...handOut(suspects) };
  }
  const [covered] = await db.query(countCovered(key, parts));
  const [found] = suspects.every === null ? [] : await db.query(countSuspects(key, suspects.every));
  const widths = widthsSchema.parse(covered);
  return { ...censusOf({ ...NO_GROUPS, ...covered, ...found }), ...handOut(suspects), widths };
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

const suspectsSchema = z.object({
  moment: z.string(),
  groups: z.coerce.number(),
  every: z.string().nullable(),
  largest: z.string().nullable(),
});

function handOut({ moment, every, largest }: z.infer<typeof suspectsSchema>): Pick<Census, 'asOf' | 'suspects'> {
  return { asOf: moment, ...(largest === null ? {} : { suspects: { every: every ?? undefined, largest } }) };
}

const NO_GROUPS = { groups: 0, excess_rows: 0, largest_group: 0 };

async function countAll(db: Queryable, key: Key, parts: readonly IndexPartFacts[]): Promise<Taken> {
  const [, , [row]] = await Promise.all([
    db.query(resetParallelCost()),
    // Hashing whole keys beats sorting them, as sorting hashes beats hashing them.
    db.query(setLocally('enable_hashagg', 'on')),
    db.query(countByKey(key)),
    db.query(setLocally('enable_hashagg', 'off')),
  ]);
  const measured = parts.some(({ length }) => length < 0);
  return { ...censusOf(row), ...(measured ? { widths: await readWidths(db, key, parts) } : {}) };
}

function censusOf(row: unknown): Census {
  const census = censusSchema.parse(row);
  return {
    covered: census.covered,
    groups: census.groups,
    excessRows: census.excess_rows,
    largestGroup: census.largest_group,
  };
}

/** How long the parts of a key are; undefined where they all have a length of their own. */
export async function readWidths(
  db: Queryable,
  key: Key,
  parts: readonly IndexPartFacts[],
): Promise<KeyWidths | undefined> {
  const [row] = await db.query(countCovered(key, parts));
  return widthsSchema.parse(row);
}
