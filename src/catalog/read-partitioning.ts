import { z } from 'zod';
import type { Partitioning, PartitionRules } from '../model/partition-rules.ts';
import type { Queryable } from '../model/statement.ts';
import { readOwnChecks } from './read-checks.ts';
import { readOwnIndexes } from './read-indexes.ts';
import { ASKED, readOfEach } from './read-of-each.ts';
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

/** Reads which rows tables and their partitions take, and what partitions ask of them by themselves. */
export async function readPartitioning(
  db: Queryable,
  tables: readonly { readonly oid: number; readonly place: 'in a tree' | 'alone' }[],
): Promise<(oid: number) => Partitioning> {
  const inTree = tables.filter(({ place }) => place === 'in a tree').map(({ oid }) => oid);
  const [found, foreignKeys] = await Promise.all([
    readOfEach(db, inTree, selectParts(), (row) => partSchema.parse(row)),
    readOutgoingKeys(
      db,
      tables.map(({ oid }) => oid),
    ),
  ]);
  const rulesOf = await readRules(
    db,
    inTree.flatMap((oid) => partsIn(found(oid))),
  );
  return (oid) => ({
    bound: found(oid).find(({ level }) => level === 0)?.bound ?? undefined,
    parts: partsIn(found(oid)).map(rulesOf),
    foreignKeys: foreignKeys(oid),
  });
}

type Part = z.infer<typeof partSchema>;

function partsIn(tree: readonly Part[]): readonly Part[] {
  return tree.filter(({ level }) => level > 0);
}

/** There may be thousands of partitions, most of which have nothing of their own. */
async function readRules(db: Queryable, parts: readonly Part[]): Promise<(part: Part) => PartitionRules> {
  const having = (what: keyof Part['has']) => parts.filter(({ has }) => has[what]).map(({ oid }) => oid);
  const [checks, indexes, triggers, keys] = await Promise.all([
    readOwnChecks(db, having('checks')),
    readOwnIndexes(db, having('indexes')),
    readOwnTriggers(db, having('triggers')),
    readOutgoingKeys(db, having('keys')),
  ]);
  return ({ table, oid, leaf, bound, not_null, referenced_by }) => ({
    table,
    oid,
    leaf,
    bound: bound ?? undefined,
    notNull: not_null,
    checks: checks(oid),
    indexes: indexes(oid),
    triggers: triggers(oid),
    foreignKeys: keys(oid).filter(({ inherited }) => !inherited),
    referencedBy: referenced_by,
  });
}

function selectParts(): string {
  // pg_partition_tree has no row for a table that is neither partitioned nor a partition.
  return `
    select asked.oid::bigint as asked,
           jsonb_build_object('schema', n.nspname, 'name', c.relname) as "table", c.oid::bigint as oid,
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
      from ${ASKED}
      cross join pg_catalog.pg_partition_tree(asked.oid::regclass) tree
      join pg_catalog.pg_class c on c.oid = tree.relid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     order by tree.level, n.nspname, c.relname`;
}
