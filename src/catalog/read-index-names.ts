import { z } from 'zod';
import type { TableFacts, TableName } from '../model/facts.ts';
import { truncateBytes } from '../model/name.ts';
import { type Queryable, statement } from '../model/statement.ts';

const rowSchema = z.object({ schema: z.string(), name: z.string() });

/**
 * Reads the names that PostgreSQL's habit might give to an index on one of these tables (`table_column_idx`), and that
 * other relations have: tables, indexes, views and sequences share their names.
 */
export async function readIndexNames(db: Queryable, tables: readonly TableFacts[]): Promise<readonly TableName[]> {
  if (tables.length === 0) return [];
  const asked = tables.map(({ table: { schema, name }, oid }) => ({ schema, stem: truncateBytes(name, 55), oid }));
  const rows = await db.query(
    statement(
      `select distinct n.nspname::text as schema, c.relname::text as name
         from pg_catalog.jsonb_to_recordset($1::text::jsonb) as asked(schema text, stem text, oid oid)
         join pg_catalog.pg_namespace n on n.nspname = asked.schema
         join pg_catalog.pg_class c on c.relnamespace = n.oid and pg_catalog.starts_with(c.relname::text, asked.stem)
        where c.relname ~ '_idx[0-9]*$'
          and not exists (select from pg_catalog.pg_index i where i.indexrelid = c.oid and i.indrelid = asked.oid)
        order by 1, 2`,
      [JSON.stringify(asked)],
    ),
  );
  return rows.map((row) => rowSchema.parse(row));
}
