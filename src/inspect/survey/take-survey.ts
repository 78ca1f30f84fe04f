import { z } from 'zod';
import type { Key } from '../../model/dedupe.ts';
import type { Census, IndexPartFacts, OperationFacts } from '../../model/facts.ts';
import type { LongKeys } from '../../model/long-keys.ts';
import type { Nulls } from '../../model/operations/common.ts';
import type { IndexOperation } from '../../model/operations/index-operation.ts';
import type { TableOperation } from '../../model/operations/table-operation.ts';
import type { Survey } from '../../model/plan.ts';
import { NOTHING_FOUND } from '../../model/plan.ts';
import { Refusals } from '../../model/refusals.ts';
import type { RelinkSurvey } from '../../model/relink-survey.ts';
import type { Queryable } from '../../model/statement.ts';
import { findColumn } from '../../resolve/find-column.ts';
import { plainIndexBuild } from '../../resolve/index-build.ts';
import { judgeIndexes } from '../../resolve/judge-index.ts';
import { resolveKey } from '../../resolve/resolve-key.ts';
import { resolveRelink } from '../../resolve/resolve-relink.ts';
import { countByKey, countDisagreeing, countSuspects, findSuspects } from '../../sql/dedupe/find-groups.ts';
import { readFrom, resetParallelCost, sortInParallel } from '../../sql/dedupe/keyed.ts';
import { countCovered } from '../../sql/key-widths.ts';
import { surveyLost } from '../../sql/relink.ts';
import { setLocally } from '../../sql/settings.ts';
import { findLongKeys, type KeyWidths } from './find-long-keys.ts';
import { whereItFails } from './where-it-fails.ts';

const censusSchema = z.object({
  covered: z.coerce.number(),
  groups: z.coerce.number(),
  excess_rows: z.coerce.number(),
  largest_group: z.coerce.number(),
});

const relinkSchema = z.object({
  lost: z.coerce.number(),
  matched: z.coerce.number(),
  ambiguous: z.coerce.number(),
  missing: z.coerce.number(),
  waiting: z.coerce.number(),
});

/**
 * Counts in the data what an operation is about. An operation whose names do not resolve is not counted: its plan says
 * what is wrong.
 */
export async function takeSurvey(
  db: Queryable,
  operation: TableOperation,
  facts: OperationFacts,
  nulls: Nulls = operation.kind === 'unique-key' ? operation.nulls : 'distinct',
): Promise<Survey> {
  const refusals = new Refusals('');
  if (operation.kind === 'unique-key' || operation.kind === 'drop-unique-key') {
    const key = resolveKey({ ...operation, nulls }, facts, refusals);
    if (refusals.all.length > 0 || !hasRows(facts)) return NOTHING_FOUND;
    const { census, longKeys } = await whereItFails(db, key, facts, async () => measureKeys(db, key, facts));
    const agree = operation.kind === 'unique-key' ? operation.agree : [];
    // A column without an order, such as json, cannot be compared: the plan refuses it.
    const columns = agree.flatMap((name) => {
      const column = findColumn(facts.table, name);
      return column?.sortable ? [column.name] : [];
    });
    const disagreeing = census.groups > 0 && columns.length > 0 ? await readDisagreeing(db, key, columns) : 0;
    return { ...NOTHING_FOUND, census, disagreeing, longKeys };
  }
  if (operation.kind === 'index') return { ...NOTHING_FOUND, longKeys: await surveyIndex(db, operation, facts) };
  if (operation.kind === 'relink') {
    const relink = resolveRelink(operation, facts, refusals);
    if (refusals.all.length > 0 || !relink) return NOTHING_FOUND;
    const [row] = await db.query(surveyLost(relink));
    const survey: RelinkSurvey = relinkSchema.parse(row);
    return { ...NOTHING_FOUND, relink: survey };
  }
  return NOTHING_FOUND;
}

/** The census, and in the same read how long the keys are. */
async function measureKeys(db: Queryable, key: Key, facts: OperationFacts) {
  const { widths, ...census } = await takeCensus(db, key, { parts: facts.parts });
  return { census, longKeys: widths && (await findLongKeys(db, key, facts, widths)) };
}

/** Reads what an index would be made of, where a value may be too long for it or an expression fail. */
async function surveyIndex(
  db: Queryable,
  operation: IndexOperation,
  facts: OperationFacts,
): Promise<LongKeys | undefined> {
  const refusals = new Refusals('');
  const build = plainIndexBuild(operation, facts, refusals);
  const plain = build.columns.every((part) => 'column' in part) && build.predicate === undefined;
  const settled = plain && (build.method !== 'btree' || facts.parts.every(({ length }) => length >= 0));
  const there = judgeIndexes(build, facts).serving !== undefined;
  if (refusals.all.length > 0 || !hasRows(facts) || settled || there) return undefined;
  const key: Key = { ...build, grouping: 'hash' };
  await db.query(readFrom(key));
  const parts = build.method === 'btree' ? facts.parts : [];
  const widths = await whereItFails(db, key, facts, async () => readWidths(db, key, parts));
  return widths && (await findLongKeys(db, key, facts, widths));
}

async function readWidths(db: Queryable, key: Key, parts: readonly IndexPartFacts[]): Promise<KeyWidths | undefined> {
  const [row] = await db.query(countCovered(key, parts));
  return widthsSchema.parse(row);
}

async function readDisagreeing(db: Queryable, key: Key, columns: readonly string[]): Promise<number> {
  const [row] = await db.query(countDisagreeing(key, columns));
  return Number(row?.groups);
}

/** How a census is taken. */
export interface CensusOptions {
  /** Read the table itself, whatever index has the key sorted. */
  readonly heap?: boolean;
  /** Measure these parts of the key as well. */
  readonly parts?: readonly IndexPartFacts[];
}

/** What a census comes to. */
interface Taken extends Census {
  readonly widths?: KeyWidths | undefined;
}

/**
 * Counts the rows, groups and excess rows of a key. Finding by hash is quickest where copies are few; where they are too
 * many to be looked at again one by one, everything is counted by the key instead.
 */
export async function takeCensus(db: Queryable, asked: Key, { heap, parts = [] }: CensusOptions = {}): Promise<Taken> {
  const key: Key = heap && asked.grouping === 'index' ? { ...asked, grouping: 'hash' } : asked;
  await db.query(readFrom(key));
  if (key.grouping === 'sort') return await countAll(db, key, parts);
  await db.query(sortInParallel());
  const census = await countFound(db, key, parts);
  await db.query(resetParallelCost());
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
  await db.query(resetParallelCost());
  // Hashing whole keys beats sorting them, as sorting hashes beats hashing them.
  await db.query(setLocally('enable_hashagg', 'on'));
  const [row] = await db.query(countByKey(key));
  await db.query(setLocally('enable_hashagg', 'off'));
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

function hasRows({ table }: OperationFacts): boolean {
  return table.privileges.select && !table.rowSecurityActive;
}
