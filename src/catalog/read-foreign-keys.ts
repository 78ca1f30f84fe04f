import { z } from 'zod';
import type { ForeignKeyFacts } from '../model/facts.ts';
import type { Queryable } from '../model/statement.ts';
import { KEY_PARTS, keyPartsShape } from './key-parts.ts';
import { ASKED, type ByTable, readOfEach } from './read-of-each.ts';

const actionSchema = z.enum(['no action', 'restrict', 'cascade', 'set null', 'set default']);

const rowSchema = z.object({
  name: z.string(),
  schema: z.string(),
  table: z.string(),
  ...keyPartsShape,
  on_delete: actionSchema,
  on_update: actionSchema,
  deferred: z.boolean(),
  validated: z.boolean(),
});

/** Reads the foreign keys that refer to tables, to a partitioned table one belongs to, or to one of its partitions. */
export async function readForeignKeys(db: Queryable, oids: readonly number[]): Promise<ByTable<ForeignKeyFacts>> {
  return await readOfEach(db, oids, selectForeignKeys(), (raw) => {
    const row = rowSchema.parse(raw);
    return {
      name: row.name,
      table: { schema: row.schema, name: row.table },
      columns: row.columns,
      referenced: row.referenced,
      operators: row.operators,
      onDelete: row.on_delete,
      onUpdate: row.on_update,
      deferred: row.deferred,
      validated: row.validated,
    };
  });
}

function selectForeignKeys(): string {
  // conparentid <> 0: the copy of a foreign key that PostgreSQL keeps for each partition.
  return `
    select asked.oid::bigint as asked,
           k.conname::text as name, n.nspname::text as schema, c.relname::text as table, ${KEY_PARTS},
           ${actionOf('k.confdeltype')} as on_delete,
           ${actionOf('k.confupdtype')} as on_update,
           k.condeferred as deferred,
           k.convalidated as validated
      from ${ASKED}
      cross join lateral (select asked.oid
                          union select relid from pg_catalog.pg_partition_ancestors(asked.oid)
                          union select relid from pg_catalog.pg_partition_tree(asked.oid)) tree (oid)
      join pg_catalog.pg_constraint k on k.confrelid = tree.oid
      join pg_catalog.pg_class c on c.oid = k.conrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where k.contype = 'f' and k.conparentid = 0
     order by n.nspname, c.relname, k.conname`;
}

function actionOf(column: string): string {
  return `case ${column} when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
                               when 'n' then 'set null' else 'set default' end`;
}
