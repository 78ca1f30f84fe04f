import { z } from 'zod';
import type { Queryable, Row } from '../model/statement.ts';
import type { RowCommand, TriggerFacts } from '../model/triggers.ts';
import { ofUsers } from '../sql/own-schema.ts';
import { foretellTrigger } from './foretell-trigger.ts';
import { ASKED, type ByTable, readOfEach } from './read-of-each.ts';

const triggerSchema = z.object({
  name: z.string(),
  timing: z.enum(['before', 'after', 'instead of']),
  events: z.array(z.enum(['insert', 'update', 'delete', 'truncate'])),
  enabled: z.boolean(),
  always: z.boolean(),
  row: z.boolean(),
  whole: z.string(),
  conditional: z.boolean(),
  columns: z.array(z.string()),
  function: z.string(),
  /** Of a function in PL/pgSQL. */
  definition: z.string().nullable(),
});

/** The triggers of tables, but for those of their foreign keys. */
export async function readTriggers(db: Queryable, oids: readonly number[]): Promise<ByTable<TriggerFacts>> {
  return await readWhich(db, oids, 'true');
}

/**
 * Those for each row that fire for partitions alone: made on them, or disabled on the table above it. One for each statement
 * fires for the table that the statement names.
 */
export async function readOwnTriggers(db: Queryable, oids: readonly number[]): Promise<ByTable<TriggerFacts>> {
  return await readWhich(
    db,
    oids,
    `t.tgtype & 1 <> 0 and t.tgenabled in ('O', 'A')
       and not exists (select from pg_catalog.pg_trigger above where above.oid = t.tgparentid and above.tgenabled in ('O', 'A'))`,
  );
}

async function readWhich(db: Queryable, oids: readonly number[], which: string): Promise<ByTable<TriggerFacts>> {
  const rows = await readOfEach(db, oids, selectTriggers(which), (row) => row);
  const triggers = new Map(
    await Promise.all(
      oids.map(async (oid): Promise<[number, readonly TriggerFacts[]]> => [oid, await readAll(rows(oid))]),
    ),
  );
  return (oid) => triggers.get(oid) ?? [];
}

async function readAll(rows: readonly Row[]): Promise<readonly TriggerFacts[]> {
  return await Promise.all(rows.map(async (row) => readTrigger(triggerSchema.parse(row))));
}

async function readTrigger({
  definition,
  whole,
  conditional,
  ...trigger
}: z.infer<typeof triggerSchema>): Promise<TriggerFacts> {
  const foretell = async (command: RowCommand) =>
    definition !== null && trigger.events.includes(command) ? await foretellTrigger(definition, command) : undefined;
  const when = conditional ? whenOf(whole) : undefined;
  return {
    ...trigger,
    when,
    foretold: {
      insert: await foretell('insert'),
      update: await foretell('update'),
      delete: await foretell('delete'),
    },
  };
}

/** pg_get_expr takes no expression over two rows. */
function whenOf(definition: string): string | undefined {
  return /FOR EACH (?:ROW|STATEMENT) WHEN \((.*)\) EXECUTE (?:FUNCTION|PROCEDURE) /s.exec(definition)?.[1];
}

function selectTriggers(which: string): string {
  return `
    select asked.oid::bigint as asked,
           t.tgname::text as name,
           case when t.tgtype & 2 <> 0 then 'before' when t.tgtype & 64 <> 0 then 'instead of' else 'after' end as timing,
           to_jsonb(array_remove(array[
             case when t.tgtype & 4 <> 0 then 'insert' end, case when t.tgtype & 8 <> 0 then 'delete' end,
             case when t.tgtype & 16 <> 0 then 'update' end, case when t.tgtype & 32 <> 0 then 'truncate' end], null))
             as events,
           -- R fires for a replication worker alone.
           t.tgenabled in ('O', 'A') as enabled,
           t.tgenabled = 'A' as always,
           t.tgtype & 1 <> 0 as "row",
           t.tgqual is not null as conditional, pg_catalog.pg_get_triggerdef(t.oid) as whole,
           to_jsonb(array(select a.attname::text from pg_catalog.pg_attribute a
                  where a.attrelid = t.tgrelid and a.attnum > 0 and a.attnum = any(t.tgattr::int2[]))) as columns,
           pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '()' as function,
           case when l.lanname = 'plpgsql' and t.tgenabled in ('O', 'A') then pg_catalog.pg_get_functiondef(p.oid) end
             as definition
      from ${ASKED}
      join pg_catalog.pg_trigger t on t.tgrelid = asked.oid
      join pg_catalog.pg_proc p on p.oid = t.tgfoid
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      join pg_catalog.pg_language l on l.oid = p.prolang
     where not t.tgisinternal and ${which}
       -- A fence lets msgdb's own sessions pass, whatever their history.
       and (${ofUsers('n.nspname')} or p.proname not like 'fence\\_%')
     order by t.tgname`;
}
