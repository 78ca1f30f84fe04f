import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

const planSchema = z.looseObject({ 'Index Name': z.string().optional(), Plans: z.array(z.unknown()).optional() });
const explainSchema = z.array(z.object({ 'QUERY PLAN': z.array(z.object({ Plan: z.unknown() })) }));

/**
 * Names the indexes a query's plan uses. Parameters ($1, $2 …) are planned for any value, as a prepared statement
 * comes to be. Sequential scans are disabled: the question is whether an index serves the query, not whether the table
 * is large enough to need it.
 */
export async function explainQuery(db: Queryable, query: string): Promise<readonly string[]> {
  const [, , , [parameters]] = await Promise.all([
    db.query(
      statement(`select set_config('enable_seqscan', 'off', true),
                        set_config('plan_cache_mode', 'force_generic_plan', true)`),
    ),
    // One that could not be explained before is still there.
    db.query(statement('deallocate all')),
    db.query(statement(`prepare msgdb_query as ${query.replace(/;\s*$/, '')}`)),
    db.query(
      statement(`select coalesce(array_length(parameter_types, 1), 0) as count
                   from pg_catalog.pg_prepared_statements where name = 'msgdb_query'`),
    ),
  ]);
  const count = Number(parameters?.count);
  const nulls = count === 0 ? '' : `(${Array.from({ length: count }, () => 'null').join(', ')})`;
  const rows = await db.query(statement(`explain (format json) execute msgdb_query${nulls}`));
  return indexesOf(explainSchema.parse(rows)[0]?.['QUERY PLAN'][0]?.Plan);
}

function indexesOf(plan: unknown): readonly string[] {
  const node = planSchema.parse(plan);
  return [...(node['Index Name'] === undefined ? [] : [node['Index Name']]), ...(node.Plans ?? []).flatMap(indexesOf)];
}
