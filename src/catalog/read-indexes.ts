import { z } from 'zod';
import type { IndexFacts, TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';
import { ASKED, type ByTable, readOfEach } from './read-of-each.ts';

const rowSchema = z.object({
  name: z.string(),
  schema: z.string(),
  unique: z.boolean(),
  valid: z.boolean(),
  ready: z.boolean(),
  immediate: z.boolean(),
  primary: z.boolean(),
  exclusion: z.boolean(),
  operators: z.array(z.string()),
  nulls_not_distinct: z.boolean(),
  method: z.string(),
  key: z.array(z.object({ column: z.string().nullable(), text: z.string(), plain: z.boolean() })),
  include: z.array(z.string()),
  predicate: z.string().nullable(),
  definition: z.string(),
  constraint: z
    .object({
      name: z.string(),
      kind: z.enum(['primary', 'unique', 'exclusion']),
      deferrable: z.boolean(),
      definition: z.string(),
    })
    .nullable(),
  building: z.boolean(),
  comment: z.string().nullable(),
});

/** Reads all indexes of tables, by name. */
export async function readIndexes(db: Queryable, oids: readonly number[]): Promise<ByTable<IndexFacts>> {
  return await readWhich(db, oids, 'true');
}

/** The same of one table by its name, without anything else of the table; none where it is gone. */
export async function readIndexesOf(db: Queryable, table: TableName): Promise<readonly IndexFacts[]> {
  const find = statement('select pg_catalog.to_regclass($1)::oid::bigint as oid', [quoteTable(table)]);
  const [row] = await db.query(find);
  if (row?.oid === null || row?.oid === undefined) return [];
  const oid = Number(row.oid);
  return (await readIndexes(db, [oid]))(oid);
}

/** Those of partitions that keep rows apart and belong to no index of the table above. */
export async function readOwnIndexes(db: Queryable, oids: readonly number[]): Promise<ByTable<IndexFacts>> {
  return await readWhich(
    db,
    oids,
    `(i.indisunique or i.indisexclusion)
       and not exists (select from pg_catalog.pg_inherits h where h.inhrelid = i.indexrelid)`,
  );
}

async function readWhich(db: Queryable, oids: readonly number[], which: string): Promise<ByTable<IndexFacts>> {
  return await readOfEach(db, oids, selectIndexes(which), (raw) => {
    const row = rowSchema.parse(raw);
    return {
      name: row.name,
      schema: row.schema,
      unique: row.unique,
      valid: row.valid,
      ready: row.ready,
      immediate: row.immediate,
      primary: row.primary,
      exclusion: row.exclusion,
      operators: row.operators,
      nullsNotDistinct: row.nulls_not_distinct,
      method: row.method,
      key: row.key.map((part) => ({ ...part, column: part.column ?? undefined })),
      include: row.include,
      predicate: row.predicate ?? undefined,
      definition: row.definition,
      constraint: row.constraint ?? undefined,
      building: row.building,
      comment: row.comment ?? undefined,
    };
  });
}

function selectIndexes(which: string): string {
  return `
    select asked.oid::bigint as asked,
           c.relname::text as name, n.nspname::text as schema,
           i.indisunique as unique, i.indisvalid as valid, i.indisready as ready, i.indimmediate as immediate,
           i.indisprimary as primary, i.indisexclusion as exclusion,
           to_jsonb(array(select 'operator(' || pg_catalog.quote_ident(s.nspname) || '.' || p.oprname || ')'
                   from pg_catalog.pg_constraint k
                   cross join unnest(k.conexclop) with ordinality as part(operator, place)
                   join pg_catalog.pg_operator p on p.oid = part.operator
                   join pg_catalog.pg_namespace s on s.oid = p.oprnamespace
                  where k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype = 'x'
                  order by part.place)) as operators,
           -- The column came with version 15.
           coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as nulls_not_distinct,
           m.amname::text as method,
           (select jsonb_agg(jsonb_build_object(
                     'column', a.attname,
                     'text', pg_catalog.pg_get_indexdef(i.indexrelid, part.place::int, false),
                     'plain', o.opcdefault and case
                       when a.attnum is not null then a.attcollation = i.indcollation[part.place - 1]
                       -- Deterministic collations agree on what is equal; another one is plain if a column brings it.
                       else not exists (
                         select from pg_catalog.pg_collation l
                          where l.oid = i.indcollation[part.place - 1] and not l.collisdeterministic
                            and not exists (select from pg_catalog.pg_attribute own
                                             where own.attrelid = i.indrelid and own.attcollation = l.oid)) end)
                   order by part.place)
              from unnest(i.indkey::int2[]) with ordinality as part(attnum, place)
              join pg_catalog.pg_opclass o on o.oid = i.indclass[part.place - 1]
              left join pg_catalog.pg_attribute a
                on a.attrelid = i.indrelid and a.attnum = part.attnum and part.attnum <> 0
             where part.place <= i.indnkeyatts) as key,
           to_jsonb(array(select a.attname::text
                   from unnest(i.indkey::int2[]) with ordinality as part(attnum, place)
                   join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = part.attnum
                  where part.place > i.indnkeyatts order by part.place)) as include,
           pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
           pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
           (select jsonb_build_object(
                     'name', k.conname,
                     'kind', case k.contype when 'p' then 'primary' when 'u' then 'unique' else 'exclusion' end,
                     'deferrable', k.condeferrable,
                     'definition', pg_catalog.pg_get_constraintdef(k.oid))
              from pg_catalog.pg_constraint k
             where k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')) as constraint,
           -- Whose build it is, is shown to its own role only; the lock it holds on the table, to everybody.
           exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
             or not i.indisvalid and exists (
                  select from pg_catalog.pg_locks l
                   where l.locktype = 'relation' and l.relation = i.indrelid and l.granted
                     and l.mode = 'ShareUpdateExclusiveLock' and l.pid <> pg_catalog.pg_backend_pid()
                     and l.database = (select oid from pg_catalog.pg_database where datname = current_database()))
             as building,
           pg_catalog.obj_description(i.indexrelid, 'pg_class') as comment
      from ${ASKED}
      join pg_catalog.pg_index i on i.indrelid = asked.oid
      join pg_catalog.pg_class c on c.oid = i.indexrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_am m on m.oid = c.relam
     where ${which}
     order by c.relname`;
}
