import { z } from 'zod';
import { type Queryable, type Row, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';

const tablesSchema = z.array(z.object({ schema: z.string() }));

/** The table in which a runner notes what it has run, and its rows. */
export interface RunnerHistory {
  /** With its schema, for people. */
  readonly table: string;
  readonly rows: readonly Row[];
}

/**
 * Reads another runner's history: the table of that name in the schema that the runner uses, else in the default one, else
 * in the only one that has it. Undefined where no such table exists: nothing was run yet.
 */
export async function readRunnerHistory(
  db: Queryable,
  { name, schema }: { readonly name: string; readonly schema: string | undefined },
  defaultSchema: string,
): Promise<RunnerHistory | undefined> {
  const found = tablesSchema.parse(
    await db.query(
      statement(
        `select n.nspname::text as schema
           from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where c.relname = $1 and c.relkind in ('r', 'p', 'v')
            and pg_catalog.has_schema_privilege(n.oid, 'usage')
          order by n.nspname`,
        [name],
      ),
    ),
  );
  const schemas = found.map((each) => each.schema);
  const own = [schema, defaultSchema].find((each) => each !== undefined && schemas.includes(each));
  const chosen = own ?? (schemas.length === 1 ? schemas[0] : undefined);
  if (chosen === undefined) return undefined;
  const rows = await db.query(statement(`select to_jsonb(h) as entry from ${quoteTable({ schema: chosen, name })} h`));
  return { table: `${chosen}.${name}`, rows: rows.map(({ entry }) => entry as Row) };
}
