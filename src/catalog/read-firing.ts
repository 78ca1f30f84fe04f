import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import type { TriggerFacts } from '../model/triggers.ts';

/** A trigger that fires now, and its function. */
export interface FiringTrigger
  extends Pick<TriggerFacts, 'name' | 'timing' | 'events' | 'row' | 'always' | 'function'> {
  readonly table: TableName;
  /** The table that it was made on, where `table` is a partition that got it from there. */
  readonly root: TableName;
  /** The function as it is written where search_path finds it: `forbid()`. */
  readonly shortly: string;
  /** The function's text, in any language. */
  readonly body: string;
}

const nameSchema = z.object({ schema: z.string(), name: z.string() });
const rowSchema = z.object({
  table: nameSchema,
  root: nameSchema,
  name: z.string(),
  timing: z.enum(['before', 'after', 'instead of']),
  events: z.array(z.enum(['insert', 'update', 'delete', 'truncate'])),
  row: z.boolean(),
  always: z.boolean(),
  function: z.string(),
  shortly: z.string(),
  body: z.string(),
});

/** Triggers whose function's name occurs in a text, such as the context of an error. */
export async function readFiringIn(db: Queryable, text: string): Promise<readonly FiringTrigger[]> {
  return await readFiring(db, `pg_catalog.strpos($1, p.proname) > 0`, [text]);
}

/** Triggers of a table. */
export async function readFiringOf(db: Queryable, { schema, name }: TableName): Promise<readonly FiringTrigger[]> {
  return await readFiring(db, `n.nspname = $1 and c.relname = $2`, [schema, name]);
}

/** The same, with those that its partitions have by themselves. */
export async function readFiringBelow(db: Queryable, { schema, name }: TableName): Promise<readonly FiringTrigger[]> {
  const below = `(n.nspname = $1 and c.relname = $2
    or t.tgparentid = 0 and exists (select from pg_catalog.pg_partition_ancestors(c.oid) a(oid)
         join pg_catalog.pg_class r on r.oid = a.oid join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
        where rn.nspname = $1 and r.relname = $2))`;
  return await readFiring(db, below, [schema, name]);
}

async function readFiring(db: Queryable, which: string, values: readonly string[]): Promise<readonly FiringTrigger[]> {
  // pg_trigger.tgtype: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead of.
  const rows = await db.query(
    statement(
      `
      select jsonb_build_object('schema', n.nspname, 'name', c.relname) as "table",
             (select jsonb_build_object('schema', m.nspname, 'name', k.relname)
                from pg_catalog.pg_class k join pg_catalog.pg_namespace m on m.oid = k.relnamespace
               where k.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)) as root,
             t.tgname::text as name,
             case when t.tgtype & 2 <> 0 then 'before' when t.tgtype & 64 <> 0 then 'instead of' else 'after' end as timing,
             to_jsonb(array_remove(array[
               case when t.tgtype & 4 <> 0 then 'insert' end, case when t.tgtype & 16 <> 0 then 'update' end,
               case when t.tgtype & 8 <> 0 then 'delete' end, case when t.tgtype & 32 <> 0 then 'truncate' end], null))
               as events,
             t.tgtype & 1 <> 0 as "row", t.tgenabled = 'A' as always,
             pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '()' as function,
             pg_catalog.quote_ident(p.proname) || '()' as shortly,
             p.prosrc as body
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_class c on c.oid = t.tgrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_proc p on p.oid = t.tgfoid
        join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
       where not t.tgisinternal and t.tgenabled in ('O', 'A') and ${which}
       order by n.nspname, c.relname, t.tgname`,
      values,
    ),
  );
  return rows.map((row) => rowSchema.parse(row));
}
