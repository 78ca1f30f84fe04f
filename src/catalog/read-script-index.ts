import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteName } from '../sql/quote.ts';

/** The index that a script's CREATE INDEX CONCURRENTLY would make, where there is one of its name. */
export interface ScriptIndex {
  readonly schema: string;
  readonly name: string;
  readonly valid: boolean;
  /** Somebody is at it. */
  readonly building: boolean;
}

const rowSchema = z.object({ schema: z.string(), name: z.string(), valid: z.boolean(), building: z.boolean() });

/** Looks it up as the statement would: an index is in the schema of its table. */
export async function readScriptIndex(
  db: Queryable,
  table: { readonly schema?: string | undefined; readonly name: string },
  index: string,
): Promise<ScriptIndex | undefined> {
  const written = [table.schema, table.name].flatMap((name) => (name === undefined ? [] : quoteName(name))).join('.');
  const [row] = await db.query(
    statement(
      `select n.nspname as schema, i.relname as name, x.indisvalid as valid,
              exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.oid) as building
         from pg_catalog.pg_class t
         join pg_catalog.pg_class i on i.relnamespace = t.relnamespace and i.relname = $2
         join pg_catalog.pg_index x on x.indexrelid = i.oid
         join pg_catalog.pg_namespace n on n.oid = i.relnamespace
        where t.oid = pg_catalog.to_regclass($1)`,
      [written, index],
    ),
  );
  return row && rowSchema.parse(row);
}
