import { type Queryable, statement } from '../model/statement.ts';

/** Reads the schema that an extension was installed into; undefined where it is not installed. */
export async function readExtensionSchema(db: Queryable, extension: string): Promise<string | undefined> {
  const [row] = await db.query(
    statement(
      `select n.nspname::text as schema
         from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
        where e.extname = $1`,
      [extension],
    ),
  );
  return row && String(row.schema);
}
