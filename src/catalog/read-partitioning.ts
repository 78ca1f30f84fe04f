import { z } from 'zod';
import type { Partitioning, PartitionRules } from '../model/partition-rules.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { readOwnChecks } from './read-checks.ts';
import { readOwnIndexes } from './read-indexes.ts';
import { readOutgoingKeys } from './read-outgoing-keys.ts';
import { readOwnTriggers } from './read-triggers.ts';

const nameSchema = z.object({ schema: z.string(), name: z.string() });
const partSchema = z.object({
  table: nameSchema,
  oid: z.coerce.number(),
  level: z.number(),
  leaf: z.boolean(),
  bound: z.string().nullable(),
  not_null: z.array(z.string()),
  referenced_by: z.array(z.object({ name: z.string(), table: nameSchema })),
  has: z.object({ checks: z.boolean(), indexes: z.boolean(), triggers: z.boolean(), keys: z.boolean() }),
});

/** Reads which rows a table and its partitions take, and what partitions ask of them by themselves. */
export async function readPartitioning(
  db: Queryable,
  oid: number,
  place: 'in a tree' | 'alone',
): Promise<Partitioning> {
  if (place === 'alone') return { bound: undefined, parts: [], foreignKeys: await readOutgoingKeys(db, oid) };
  const [found, foreignKeys] = await Promise.all([db.query(selectParts(oid)), readOutgoingKeys(db, oid)]);
  const rows = found.map((row) => partSchema.parse(row));
  const parts = await Promise.all(rows.filter(({ level }) => level > 0).map(async (part) => readPart(db, part)));
  const own = rows.find(({ level }) => level === 0);
  return { bound: own?.bound ?? undefined, parts, foreignKeys };
}

/** There may be thousands of partitions, most of which have nothing of their own. */
async function readPart(
  db: Queryable,
  { table, oid, leaf, bound, not_null, referenced_by, has }: z.infer<typeof partSchema>,
): Promise<PartitionRules> {
  const [checks, indexes, triggers, keys] = await Promise.all([
    has.checks ? readOwnChecks(db, oid) : [],
    has.indexes ? readOwnIndexes(db, oid) : [],
    has.triggers ? readOwnTriggers(db, oid) : [],
    has.keys ? readOutgoingKeys(db, oid) : [],
  ]);
  return {
    table,
    oid,
    leaf,
    bound: bound ?? undefined,
    notNull: not_null,
    checks,
    indexes,
    triggers,
    foreignKeys: keys.filter(({ inherited }) => !inherited),
    referencedBy: referenced_by,
  };
}

function selectParts(oid: number) {
  // pg_partition_tree has no row for a table that is neither partitioned nor a partition.
  return statement(
    `
    select jsonb_build_object('schema', n.nspname, 'name', c.relname) as "table", c.oid::bigint as oid,
           tree.level, tree.isleaf as leaf, pg_catalog.pg_get_partition_constraintdef(c.oid) as bound,
           to_jsonb(array(select a.attname::text
                   from pg_catalog.pg_attribute a
                   join pg_catalog.pg_attribute above on above.attrelid = tree.parentrelid and above.attname = a.attname
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                    and a.attnotnull and not above.attnotnull)) as not_null,
           (select coalesce(jsonb_agg(jsonb_build_object(
                     'name', k.conname, 'table', jsonb_build_object('schema', m.nspname, 'name', r.relname))), '[]')
              from pg_catalog.pg_constraint k
              join pg_catalog.pg_class r on r.oid = k.conrelid
              join pg_catalog.pg_namespace m on m.oid = r.relnamespace
             where k.contype = 'f' and k.conparentid = 0 and k.confrelid = c.oid) as referenced_by,
           jsonb_build_object(
             'checks', exists (select from pg_catalog.pg_constraint k
                                where k.conrelid = c.oid and k.contype = 'c' and (k.conislocal or k.coninhcount = 0)),
             'indexes', exists (select from pg_catalog.pg_index i
                                 where i.indrelid = c.oid and (i.indisunique or i.indisexclusion)
                                   and not exists (select from pg_catalog.pg_inherits h where h.inhrelid = i.indexrelid)),
             'triggers', exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal),
             'keys', exists (select from pg_catalog.pg_constraint k
                              where k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0)) as has
      from pg_catalog.pg_partition_tree($1::text::oid::regclass) tree
      join pg_catalog.pg_class c on c.oid = tree.relid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     order by tree.level, n.nspname, c.relname`,
    [String(oid)],
  );
}
