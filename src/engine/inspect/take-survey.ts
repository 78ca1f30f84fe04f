import { z } from 'zod';
import type { Census, OperationFacts } from '../../model/facts.ts';
import type { Nulls } from '../../model/operations/common.ts';
import type { Key, Survey } from '../../model/plan.ts';
import { NOTHING_FOUND } from '../../model/plan.ts';
import type { RelinkSurvey } from '../../model/relink-survey.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { findColumn } from '../../plan/names.ts';
import type { TableOperation } from '../../plan/plan-operation.ts';
import { Refusals } from '../../plan/refusals.ts';
import { resolveKey } from '../../plan/resolve-key.ts';
import { resolveRelink } from '../../plan/resolve-relink.ts';
import {
  countByKey,
  countCovered,
  countDisagreeing,
  countSuspects,
  findSuspects,
} from '../../sql/dedupe/find-groups.ts';
import { planAsUsual, readFrom, sortInParallel } from '../../sql/dedupe/keyed.ts';
import { surveyLost } from '../../sql/relink.ts';

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
    const census = await takeCensus(db, key);
    const agree = operation.kind === 'unique-key' ? operation.agree : [];
    // A column without an order, such as json, cannot be compared: the plan refuses it.
    const columns = agree.flatMap((name) => {
      const column = findColumn(facts.table, name);
      return column?.sortable ? [column.name] : [];
    });
    const disagreeing = census.groups > 0 && columns.length > 0 ? await readDisagreeing(db, key, columns) : 0;
    return { ...NOTHING_FOUND, census, disagreeing };
  }
  if (operation.kind === 'relink') {
    const relink = resolveRelink(operation, facts, refusals);
    if (refusals.all.length > 0 || !relink) return NOTHING_FOUND;
    const [row] = await db.query(surveyLost(relink));
    const survey: RelinkSurvey = relinkSchema.parse(row);
    return { ...NOTHING_FOUND, relink: survey };
  }
  return NOTHING_FOUND;
}

async function readDisagreeing(db: Queryable, key: Key, columns: readonly string[]): Promise<number> {
  const [row] = await db.query(countDisagreeing(key, columns));
  return Number(row?.groups);
}

/** `heap`: read the table itself, whatever index has the key sorted. */
export interface CensusOptions {
  readonly heap?: boolean;
}

/**
 * Counts the rows, groups and excess rows of a key. Finding by hash is quickest where copies are few; where they are too
 * many to be looked at again one by one, everything is counted by the key instead.
 */
export async function takeCensus(db: Queryable, asked: Key, { heap }: CensusOptions = {}): Promise<Census> {
  const key: Key = heap && asked.grouping === 'index' ? { ...asked, grouping: 'hash' } : asked;
  await db.query(readFrom(key));
  if (key.grouping === 'sort') return await countAll(db, key);
  await db.query(sortInParallel());
  const census = await countFound(db, key);
  await db.query(planAsUsual());
  return census;
}

async function countFound(db: Queryable, key: Key): Promise<Census> {
  const [row] = await db.query(findSuspects(key));
  const suspects = suspectsSchema.parse(row);
  if (suspects.groups > 0 && suspects.every === null) return { ...(await countAll(db, key)), ...handOut(suspects) };
  const [covered] = await db.query(countCovered(key));
  const [found] = suspects.every === null ? [] : await db.query(countSuspects(key, suspects.every));
  return { ...censusOf({ ...NO_GROUPS, ...covered, ...found }), ...handOut(suspects) };
}

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

async function countAll(db: Queryable, key: Key): Promise<Census> {
  await db.query(planAsUsual());
  // Hashing whole keys beats sorting them, as sorting hashes beats hashing them.
  await db.query(statement(`select set_config('enable_hashagg', 'on', true)`));
  const [row] = await db.query(countByKey(key));
  await db.query(statement(`select set_config('enable_hashagg', 'off', true)`));
  return censusOf(row);
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
