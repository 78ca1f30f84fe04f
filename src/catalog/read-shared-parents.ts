import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { ASKED } from './read-of-each.ts';

const rowSchema = z.object({ schema: z.string(), name: z.string() });

/** Reads which tables these tables refer to by columns that more than one of a table's references may be made of. */
export async function readSharedParents(db: Queryable, oids: readonly number[]): Promise<readonly TableName[]> {
  if (oids.length === 0) return [];
  const rows = await db.query(
    statement(
      `
      with asked as (select oid from ${ASKED})
      select distinct n.nspname::text as schema, c.relname::text as name
        from pg_catalog.pg_constraint k
        join pg_catalog.pg_class c on c.oid = k.confrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where k.contype = 'f' and k.conparentid = 0
         and k.conrelid in (select oid from asked
                            union select above.relid from asked cross join pg_catalog.pg_partition_ancestors(asked.oid) above)
         -- intarray has an && of its own, for integer[], to which smallint[] would go as well (42725).
         and (cardinality(k.conkey) > 1 or exists (
               select from pg_catalog.pg_constraint o
                where o.contype = 'f' and o.conrelid = k.conrelid and o.oid <> k.oid and o.conkey operator(pg_catalog.&&) k.conkey))
       order by 1, 2`,
      [`{${oids.join()}}`],
    ),
  );
  return rows.map((row) => rowSchema.parse(row));
}
