import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

const rowSchema = z.object({ table: z.string(), rows: z.number() });

/** The table of an index that is named without a schema; `rows` as last analysed, -1 where it never was. */
export async function findIndexTable(
  db: Queryable,
  index: string,
): Promise<{ readonly table: string; readonly rows: number } | undefined> {
  const [row] = await db.query(
    statement(
      `select t.relname::text as table, t.reltuples as rows
         from pg_catalog.pg_index i
         join pg_catalog.pg_class c on c.oid = i.indexrelid
         join pg_catalog.pg_class t on t.oid = i.indrelid
        where c.relname = $1 and pg_catalog.pg_table_is_visible(t.oid)`,
      [index],
    ),
  );
  return row && rowSchema.parse(row);
}
