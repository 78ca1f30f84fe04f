import { z } from 'zod';
import type { Census, OperationFacts } from '../../model/facts.ts';
import type { Nulls } from '../../model/operations/common.ts';
import type { Key, RelinkSurvey, Survey } from '../../model/plan.ts';
import { NOTHING_FOUND } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { findColumn } from '../../plan/names.ts';
import type { TableOperation } from '../../plan/plan-operation.ts';
import { Refusals } from '../../plan/refusals.ts';
import { resolveKey } from '../../plan/resolve-key.ts';
import { resolveRelink } from '../../plan/resolve-relink.ts';
import { countDisagreeing, countDuplicates, readFrom } from '../../sql/dedupe/stage.ts';
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

/** Counts the rows, groups and excess rows of a key. */
export async function takeCensus(db: Queryable, key: Key, options: CensusOptions = {}): Promise<Census> {
  await db.query(readFrom(options.heap ? { ...key, grouping: 'hash' } : key));
  const [row] = await db.query(countDuplicates(key));
  const census = censusSchema.parse(row);
  return {
    covered: census.covered,
    groups: census.groups,
    excessRows: census.excess_rows,
    largestGroup: census.largest_group,
  };
}

function hasRows({ table }: OperationFacts): boolean {
  return (
    (table.kind === 'table' || table.kind === 'partitioned') && table.privileges.select && !table.rowSecurityActive
  );
}
