import { z } from 'zod';
import type { OutgoingKey } from '../model/partition-rules.ts';
import type { Queryable } from '../model/statement.ts';
import { KEY_PARTS, keyPartsShape } from './key-parts.ts';
import { isEnforced } from './read-checks.ts';
import { ASKED, type ByTable, readOfEach } from './read-of-each.ts';

const keySchema = z.object({
  name: z.string(),
  ...keyPartsShape,
  to: z.object({ schema: z.string(), name: z.string() }),
  partitioned: z.boolean(),
  inherited: z.boolean(),
});

/** Reads the foreign keys that tables have, by themselves or from the table above, and whose other table may be read. */
export async function readOutgoingKeys(db: Queryable, oids: readonly number[]): Promise<ByTable<OutgoingKey>> {
  return await readOfEach(
    db,
    oids,
    `
      select asked.oid::bigint as asked,
             k.conname::text as name, ${KEY_PARTS},
             jsonb_build_object('schema', n.nspname, 'name', c.relname) as "to",
             c.relkind = 'p' as partitioned,
             k.conparentid <> 0 as inherited
        from ${ASKED}
        join pg_catalog.pg_constraint k on k.conrelid = asked.oid
        join pg_catalog.pg_class c on c.oid = k.confrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where k.contype = 'f' and ${isEnforced('k')}
         -- Of a key to a partitioned table there is one for each of its partitions too, on the same table.
         and not exists (select from pg_catalog.pg_constraint above
                          where above.oid = k.conparentid and above.conrelid = k.conrelid)
         and pg_catalog.has_table_privilege(c.oid, 'select')
       order by k.conname`,
    (row) => keySchema.parse(row),
  );
}
