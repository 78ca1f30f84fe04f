import { z } from 'zod';
import type { OutgoingKey } from '../model/partition-rules.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { KEY_PARTS, keyPartsShape } from './key-parts.ts';
import { isEnforced } from './read-checks.ts';

const keySchema = z.object({
  name: z.string(),
  ...keyPartsShape,
  to: z.object({ schema: z.string(), name: z.string() }),
  partitioned: z.boolean(),
  inherited: z.boolean(),
});

/** Reads the foreign keys that a table has, by itself or from the table above it, and whose other table may be read. */
export async function readOutgoingKeys(db: Queryable, oid: number): Promise<readonly OutgoingKey[]> {
  const rows = await db.query(
    statement(
      `
      select k.conname::text as name, ${KEY_PARTS},
             jsonb_build_object('schema', n.nspname, 'name', c.relname) as "to",
             c.relkind = 'p' as partitioned,
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
