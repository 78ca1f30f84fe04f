import { z } from 'zod';
import type { Links } from '../model/demand.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { ofUsers } from '../sql/own-schema.ts';
import { KEY_PARTS } from './key-parts.ts';
import { LINKED, nameSchema } from './linked-tables.ts';
import { isEnforced } from './read-checks.ts';
import { readFunctionTexts } from './read-function-texts.ts';

const actionSchema = z.enum(['no action', 'restrict', 'cascade', 'set null', 'set default']);
const commandSchema = z.enum(['insert', 'update', 'delete']);

const linksSchema = z.object({
  heirs: z.array(z.object({ table: nameSchema, parent: nameSchema, partition: z.boolean() })),
  keys: z.array(
    z.object({
      name: z.string(),
      table: nameSchema,
      columns: z.array(z.string()),
      parent: nameSchema,
      referenced: z.array(z.string()),
      deferred: z.boolean(),
      onDelete: actionSchema,
      onUpdate: actionSchema,
    }),
  ),
  triggers: z.array(
    z.object({
      name: z.string(),
      table: nameSchema,
      events: z.array(z.enum(['insert', 'update', 'delete', 'truncate'])),
      before: z.boolean(),
      columns: z.array(z.string()),
      function: z.string(),
    }),
  ),
  rules: z.array(z.object({ table: nameSchema, command: commandSchema, definition: z.string() })),
  constraints: z.array(
    z.object({ table: nameSchema, name: z.string(), columns: z.array(z.string()), open: z.string().nullable() }),
  ),
});

/** What links tables of these names with others; with the texts of the functions that are named or fire. */
export async function readLinks(db: Queryable, names: readonly string[], functions: readonly string[]): Promise<Links> {
  const [row] = await db.query(selectLinks(names));
  const links = linksSchema.parse(row);
  const fired = links.triggers.map((trigger) => trigger.function);
  return { ...links, functions: await readFunctionTexts(db, [...functions, ...fired]) };
}

function selectLinks(names: readonly string[]) {
  return statement(
    `
    with recursive ${LINKED}
    select ${listOf(
      `jsonb_build_object('table', ${nameOf('h.inhrelid')}, 'parent', ${nameOf('h.inhparent')},
                          'partition', (select c.relispartition from pg_catalog.pg_class c where c.oid = h.inhrelid))`,
      'pg_catalog.pg_inherits h where h.inhparent in (select oid from linked)',
    )} as heirs,
           ${listOf(
             `(select jsonb_build_object('name', k.conname, 'table', ${nameOf('k.conrelid')}, 'columns', parts.columns,
                                 'parent', ${nameOf('k.confrelid')}, 'referenced', parts.referenced,
                                 'deferred', k.condeferred or not ${isEnforced('k')},
                                 'onDelete', ${actionOf('k.confdeltype')}, 'onUpdate', ${actionOf('k.confupdtype')})
                 from (select ${KEY_PARTS}) parts)`,
             // Of a key of or to a partitioned table the one that is declared: it goes on to the partitions.
             `pg_catalog.pg_constraint k where k.contype = 'f' and k.conparentid = 0 and k.confrelid in (select oid from linked)`,
           )} as keys,
           ${listOf(
             `jsonb_build_object('name', t.tgname, 'table', ${nameOf('t.tgrelid')}, 'events', array_remove(array[
                 case when t.tgtype & 4 <> 0 then 'insert' end, case when t.tgtype & 8 <> 0 then 'delete' end,
                 case when t.tgtype & 16 <> 0 then 'update' end, case when t.tgtype & 32 <> 0 then 'truncate' end], null),
               'before', t.tgtype & 3 = 3,
               'columns', array(select a.attname from pg_catalog.pg_attribute a
                                 where a.attrelid = t.tgrelid and a.attnum > 0 and a.attnum = any(t.tgattr::int2[])),
               'function', (select p.proname from pg_catalog.pg_proc p where p.oid = t.tgfoid))`,
             // A fence of msgdb's changes no row.
             `pg_catalog.pg_trigger t where not t.tgisinternal and t.tgenabled in ('O', 'A') and t.tgrelid in (select oid from linked)
                and not exists (select from pg_catalog.pg_proc f join pg_catalog.pg_namespace s on s.oid = f.pronamespace
                                 where f.oid = t.tgfoid and not (${ofUsers('s.nspname')}) and f.proname like 'fence\\_%')`,
           )} as triggers,
           ${listOf(
             `jsonb_build_object('table', ${nameOf('r.ev_class')}, 'definition', pg_catalog.pg_get_ruledef(r.oid),
               'command', case r.ev_type when '2' then 'update' when '3' then 'insert' else 'delete' end)`,
             `pg_catalog.pg_rewrite r where r.ev_type <> '1' and r.ev_enabled in ('O', 'A') and r.ev_class in (select oid from linked)`,
           )} as rules,
           ${listOf(
             `jsonb_build_object('table', ${nameOf('k.conrelid')}, 'name', k.conname,
               'open', case when not k.convalidated and k.contype in ('c', 'f') and ${isEnforced('k')}
                            then pg_catalog.pg_get_constraintdef(k.oid) end,
               'columns', array(select a.attname from pg_catalog.pg_attribute a
                                 where a.attrelid = k.conrelid and a.attnum > 0 and a.attnum = any(k.conkey)))`,
             'pg_catalog.pg_constraint k where k.conrelid in (select oid from linked)',
           )} as constraints`,
    [JSON.stringify(names)],
  );
}

function listOf(each: string, rows: string): string {
  return `(select coalesce(jsonb_agg(${each}), '[]') from ${rows})`;
}

function nameOf(oid: string): string {
  return `(select jsonb_build_object('schema', s.nspname, 'name', x.relname)
             from pg_catalog.pg_class x join pg_catalog.pg_namespace s on s.oid = x.relnamespace where x.oid = ${oid})`;
}

function actionOf(column: string): string {
  return `case ${column} when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
                               when 'n' then 'set null' else 'set default' end`;
}
