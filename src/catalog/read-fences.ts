import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import type { FenceState, KeptFence } from '../model/kept-fence.ts';
import { isSameInAnyOrder } from '../model/same-columns.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { tableId } from '../model/table-name.ts';
import type { FenceMode } from '../sql/fence-body.ts';
import { OWN } from '../sql/own-schema.ts';

/** What it takes to take a fence down. */
export interface StandingFence {
  readonly table: TableName;
  readonly id: string;
  /** Of one that stays when its run has ended. */
  readonly kept: KeptFence | undefined;
}

/** A fence, as the comment of its function describes it. */
export interface LeftFence extends StandingFence {
  /** The one that was being built. */
  readonly index: string;
  readonly mode: FenceMode;
  /** Of all it does. */
  readonly hash: string;
}

const tableSchema = z.object({ schema: z.string(), name: z.string() });

const commentSchema = z.object({
  id: z.string(),
  table: tableSchema,
  index: z.string(),
  // Missing where an earlier version put it up.
  mode: z.enum(['reject', 'skip']).default('reject'),
  hash: z.string().default(''),
  kept: z
    .object({
      key: z.string(),
      nulls: z.enum(['distinct', 'not distinct']),
      reads: z.array(z.string()),
      since: z.string(),
      until: z.string(),
      by: z.string(),
      runId: z.string(),
    })
    .optional(),
});

const rowSchema = z.object({
  comment: z.string(),
  on: tableSchema.nullable(),
  enabled: z.boolean(),
  now: z.string(),
  reads: z.array(z.string()).nullable(),
  serving: z.array(z.object({ name: z.string(), nulls_not_distinct: z.boolean() })),
});

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** Reads the fences that stand, of this run or of another one. */
export async function readFences(db: Queryable): Promise<readonly LeftFence[]> {
  const rows = await db.query(
    statement(
      `
      with parts as (
        select i.indexrelid, i.indrelid, c.relname, i.indisunique and i.indisvalid and i.indisready as enforces,
               coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as nulls_not_distinct,
               array(select format('%s %s %s', pg_catalog.pg_get_indexdef(i.indexrelid, place, false),
                                   i.indcollation[place - 1], i.indclass[place - 1])
                       from pg_catalog.generate_series(1, i.indnkeyatts::int) place order by 1) as key,
               pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate
          from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
         where i.indrelid in (select t.tgrelid from pg_catalog.pg_trigger t join pg_catalog.pg_proc p on p.oid = t.tgfoid
                                join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                               where n.nspname = $1 and p.proname like 'fence\\_%'))
      select pg_catalog.obj_description(p.oid, 'pg_proc') as comment,
             (select jsonb_build_object('schema', m.nspname, 'name', c.relname)
                from pg_catalog.pg_class c join pg_catalog.pg_namespace m on m.oid = c.relnamespace
               where c.oid = fired.tgrelid) as "on",
             coalesce(fired.enabled, false) as enabled,
             to_char(clock_timestamp() at time zone 'utc', ${ISO}) as now,
             -- What it judges by, as it is called now.
             (select jsonb_agg(distinct a.attname order by a.attname)
                from parts s
                join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.indexrelid
                 and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = s.indrelid and d.refobjsubid > 0
                join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
               where s.indrelid = fired.tgrelid
                 and s.relname = 'msgdb_support_' || substr(p.proname, length('fence_') + 1)) as reads,
             (select coalesce(jsonb_agg(jsonb_build_object('name', u.relname, 'nulls_not_distinct', u.nulls_not_distinct)
                                        order by u.relname), '[]')
                from parts s join parts u
                  on u.indrelid = s.indrelid and u.key = s.key and u.predicate is not distinct from s.predicate
               where s.indrelid = fired.tgrelid and u.enforces
                 and s.relname = 'msgdb_support_' || substr(p.proname, length('fence_') + 1)) as serving
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        left join lateral (
          select min(t.tgrelid) as tgrelid, bool_and(t.tgenabled in ('O', 'A')) as enabled
            from pg_catalog.pg_trigger t where t.tgfoid = p.oid and t.tgparentid = 0) fired on true
       where n.nspname = $1 and p.proname like 'fence\\_%' and pg_catalog.obj_description(p.oid, 'pg_proc') is not null
       order by p.proname`,
      [OWN],
    ),
  );
  return rows.flatMap((raw) => readFence(rowSchema.parse(raw)));
}

/** Now, and the time this much later, by the server's clock: ISO 8601. */
export async function readSpan(db: Queryable, milliseconds: number): Promise<Pick<KeptFence, 'since' | 'until'>> {
  const [row] = await db.query(
    statement(
      `select to_char(now.utc, ${ISO}) as since, to_char(now.utc + $1::text::float8 * interval '1 ms', ${ISO}) as until
         from (select clock_timestamp() at time zone 'utc' as utc) now`,
      [milliseconds],
    ),
  );
  return z.object({ since: z.string(), until: z.string() }).parse(row);
}

/** A function whose comment is not of msgdb's making, as a dump may leave it, is not a fence. */
function readFence(row: z.infer<typeof rowSchema>): readonly LeftFence[] {
  let comment: z.infer<typeof commentSchema>;
  try {
    comment = commentSchema.parse(JSON.parse(row.comment));
  } catch {
    return [];
  }
  const { kept, ...fence } = comment;
  if (kept === undefined) return [{ ...fence, kept }];
  const { nulls, reads, ...told } = kept;
  const table = row.on ?? fence.table;
  // An index whose NULLs are equal refuses more than one whose NULLs are not.
  const servedBy = row.serving.find((index) => nulls === 'distinct' || index.nulls_not_distinct)?.name;
  const same = tableId(table) === tableId(fence.table) && isSameInAnyOrder(row.reads ?? [], reads);
  const over = Date.parse(row.now) >= Date.parse(told.until);
  const state = stateOf({ gone: row.on === null, over, served: servedBy !== undefined, same, enabled: row.enabled });
  return [{ ...fence, table, kept: { ...told, id: fence.id, index: fence.index, table, state, servedBy } }];
}

/** The first that holds says it all. */
function stateOf(is: Readonly<Record<'gone' | 'over' | 'served' | 'same' | 'enabled', boolean>>): FenceState {
  if (is.gone) return 'detached';
  if (is.over) return 'expired';
  if (is.served) return 'served';
  if (!is.same) return 'changed';
  return is.enabled ? 'standing' : 'disabled';
}
