import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';

const rowSchema = z.object({ schema: z.string(), name: z.string() });

/** Reads which tables a table refers to by columns that more than one of its references may be made of. */
export async function readSharedParents(db: Queryable, oid: number): Promise<readonly TableName[]> {
  const rows = await db.query(
    statement(
      `
      select distinct n.nspname::text as schema, c.relname::text as name
        from pg_catalog.pg_constraint k
        join pg_catalog.pg_class c on c.oid = k.confrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where k.contype = 'f' and k.conparentid = 0
         and k.conrelid in (select $1::text::oid union select relid from pg_catalog.pg_partition_ancestors($1::text::oid))
         -- intarray has an && of its own, for integer[], to which smallint[] would go as well (42725).
         and (cardinality(k.conkey) > 1 or exists (
               select from pg_catalog.pg_constraint o
                where o.contype = 'f' and o.conrelid = k.conrelid and o.oid <> k.oid and o.conkey operator(pg_catalog.&&) k.conkey))
       order by 1, 2`,
      [String(oid)],
    ),
  );
  return rows.map((row) => rowSchema.parse(row));
}
