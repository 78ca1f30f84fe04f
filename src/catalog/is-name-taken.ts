import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';

/** Is there any relation of that name? Tables, indexes, views and sequences share their names. */
export async function isNameTaken(db: Queryable, { schema, name }: TableName): Promise<boolean> {
  const rows = await db.query(
    statement(
      `select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname = $2`,
      [schema, name],
    ),
  );
  return rows.length > 0;
}
