import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { TableFacts, TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { withSavepoint } from '../session/savepoint.ts';
import { rowsOf } from '../sql/relation.ts';
import { fixExpression } from './fix-expression.ts';

/** What an expression is about: one row of the table, or, as an aggregate, the rows of a group. */
export type Scope = 'row' | 'group';

/** What PostgreSQL makes of an expression. */
export interface Judged {
  readonly volatile: boolean;
  /** Tables that its subqueries read, also through views and SQL functions; partitions as their root. */
  readonly reads: readonly TableName[];
}

/**
 * Has PostgreSQL plan an expression, in a READ ONLY transaction; nothing is executed but IMMUTABLE functions of constants.
 * What is VOLATILE in it, behind operators, casts and subqueries too, keeps the planner from pulling up the subquery it
 * stands in, or from pushing a condition into it (14 to 18).
 * @throws MsgdbError MSGDB_EXPRESSION_INVALID
 */
export async function judgeExpression(
  db: Queryable,
  table: TableFacts,
  expression: string,
  scope: Scope,
): Promise<Judged> {
  const rows = rowsOf({ table: table.table, partitioned: table.kind === 'partitioned' });
  const from =
    scope === 'row'
      ? rows
      : `(select 1 as msgdb_grp, 1 as msgdb_rank, msgdb_t as msgdb_row, msgdb_t.* from ${rows} msgdb_t) members
             group by msgdb_grp`;
  const each = statement(`
      explain (verbose, costs off, format json)
      select from (select (${expression}\n) as msgdb_value from ${from}) msgdb_asked
       where pg_catalog.num_nulls(msgdb_value) = 0`);
  try {
    const found = await withSavepoint(db, async () => db.query(each));
    const plan = explainSchema.parse(found)[0]?.['QUERY PLAN'][0]?.Plan;
    return plan === undefined
      ? { volatile: false, reads: [] }
      : { volatile: isHeldBack(plan), reads: await readRoots(db, relationsInSubqueries(plan)) };
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
    throw new MsgdbError('MSGDB_EXPRESSION_INVALID', {
      what: `The expression ${expression.trim()} cannot be used on ${table.table.schema}.${table.table.name}.`,
      why: error.message,
      fix: await fixExpression(expression, table),
      cause: error,
    });
  }
}

interface Node {
  readonly 'Node Type': string;
  readonly Alias?: string | undefined;
  readonly Filter?: string | undefined;
  readonly Schema?: string | undefined;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Parent Relationship'?: string | undefined;
  readonly Plans?: readonly Node[] | undefined;
}

const nodeSchema: z.ZodType<Node> = z.lazy(() =>
  z.looseObject({
    'Node Type': z.string(),
    Alias: z.string().optional(),
    Filter: z.string().optional(),
    Schema: z.string().optional(),
    'Relation Name': z.string().optional(),
    'Parent Relationship': z.string().optional(),
    Plans: z.array(nodeSchema).optional(),
  }),
);
const explainSchema = z.array(z.object({ 'QUERY PLAN': z.array(z.object({ Plan: nodeSchema })) }));

function isHeldBack(node: Node): boolean {
  const here = node['Node Type'] === 'Subquery Scan' && node.Alias === 'msgdb_asked' && node.Filter !== undefined;
  return here || (node.Plans ?? []).some(isHeldBack);
}

/** What the subqueries of the expression read; the table itself stands above them. */
function relationsInSubqueries(node: Node): readonly TableName[] {
  if (/^(?:InitPlan|SubPlan)$/.test(node['Parent Relationship'] ?? '')) return relationsOf(node);
  return (node.Plans ?? []).flatMap(relationsInSubqueries);
}

function relationsOf({ Schema: schema, 'Relation Name': name, Plans: plans = [] }: Node): readonly TableName[] {
  const own = schema !== undefined && name !== undefined ? [{ schema, name }] : [];
  return [...own, ...plans.flatMap(relationsOf)];
}

async function readRoots(db: Queryable, names: readonly TableName[]): Promise<readonly TableName[]> {
  if (names.length === 0) return [];
  const rows = await db.query(
    statement(
      `
      select distinct m.nspname::text as schema, k.relname::text as name
        from jsonb_to_recordset($1::text::jsonb) as read(schema text, name text)
        join pg_catalog.pg_namespace n on n.nspname = read.schema
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = read.name
        join pg_catalog.pg_class k on k.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)
        join pg_catalog.pg_namespace m on m.oid = k.relnamespace
       order by 1, 2`,
      [JSON.stringify(names)],
    ),
  );
  return rows.map((row) => ({ schema: String(row.schema), name: String(row.name) }));
}
