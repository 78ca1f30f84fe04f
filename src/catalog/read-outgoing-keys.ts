import { z } from 'zod';
import type { OutgoingKey } from '../model/partition-rules.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { isEnforced } from './read-checks.ts';

const keySchema = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  to: z.object({ schema: z.string(), name: z.string() }),
  partitioned: z.boolean(),
  referenced: z.array(z.string()),
  operators: z.array(z.string()),
  inherited: z.boolean(),
});

/** Reads the foreign keys that a table has, by itself or from the table above it, and whose other table may be read. */
export async function readOutgoingKeys(db: Queryable, oid: number): Promise<readonly OutgoingKey[]> {
  const rows = await db.query(
    statement(
      `
      select k.conname::text as name,
             to_jsonb(array(select a.attname::text from unnest(k.conkey) with ordinality as part(attnum, place)
                    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = part.attnum
                   order by part.place)) as columns,
             jsonb_build_object('schema', n.nspname, 'name', c.relname) as "to",
             c.relkind = 'p' as partitioned,
             to_jsonb(array(select a.attname::text from unnest(k.confkey) with ordinality as part(attnum, place)
                    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = part.attnum
                   order by part.place)) as referenced,
             to_jsonb(array(select format('operator(%I.%s)', s.nspname, o.oprname)
                    from unnest(k.conpfeqop) with ordinality as part(oid, place)
                    join pg_catalog.pg_operator o on o.oid = part.oid
                    join pg_catalog.pg_namespace s on s.oid = o.oprnamespace
                   order by part.place)) as operators,
             k.conparentid <> 0 as inherited
        from pg_catalog.pg_constraint k
        join pg_catalog.pg_class c on c.oid = k.confrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where k.contype = 'f' and k.conrelid = $1::text::oid and ${isEnforced('k')}
         -- Of a key to a partitioned table there is one for each of its partitions too, on the same table.
         and not exists (select from pg_catalog.pg_constraint above
                          where above.oid = k.conparentid and above.conrelid = k.conrelid)
         and pg_catalog.has_table_privilege(c.oid, 'select')
       order by k.conname`,
      [String(oid)],
    ),
  );
  return rows.map((row) => keySchema.parse(row));
}
