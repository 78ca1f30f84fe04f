import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { OWN } from './own-schema.ts';
import { quoteName, quoteTable } from './quote.ts';

/**
 * Names of the triggers that would be in the way of rows of a run on their way back: BEFORE row triggers that fire now for
 * the event, and those that `refillsRemoved` tells; `always`: also while replicating.
 */
export function changingTriggers(table: TableName, event: 'insert' | 'update', runId: string): Statement {
  // pg_trigger.tgtype: 1 row, 2 before, 4 insert, 16 update. tgenabled: O as usual, A always.
  return statement(
    `
      select t.tgname::text as name, t.tgenabled = 'A' as always
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_class c on c.oid = t.tgrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = $2 and not t.tgisinternal and t.tgenabled in ('O', 'A')
         and (t.tgtype & 3 = 3 and t.tgtype & ${event === 'insert' ? 4 : 16} <> 0
              ${event === 'insert' ? `or ${refillsRemoved('$3')}` : ''})
       order by t.tgname`,
    event === 'insert' ? [table.schema, table.name, runId] : [table.schema, table.name],
  );
}

/**
 * SQL on pg_trigger `t`: an AFTER row trigger of INSERT whose function inserts into another table that the run, which is SQL,
 * has removed rows from and that are not back. They come from the archive; the trigger would write others in their place.
 */
export function refillsRemoved(runId: string): string {
  // Without a colon: SQLAlchemy takes [[:space:]] for a parameter.
  const part = (key: string) => `regexp_replace(l.object #>> '{table,${key}}', '(\\W)', '\\\\\\1', 'g')`;
  return `t.tgtype & 67 = 1 and t.tgtype & 4 <> 0 and exists (
                select from ${OWN}.ledger l join pg_catalog.pg_proc p on p.oid = t.tgfoid
                 where l.run_id = ${runId} and l.kind = 'removed' and l.undone_at is null
                   and pg_catalog.to_regclass(pg_catalog.format('%I.%I', l.object #>> '{table,schema}', l.object #>> '{table,name}'))
                       <> t.tgrelid
                   and p.prosrc ~* ('insert\\s+into\\s+("?' || ${part('schema')} || '"?\\s*[.]\\s*)?"?'
                                    || ${part('name')} || '"?($|[^\\w$".])'))`;
}

export function setTrigger(table: TableName, mode: 'disable' | 'enable' | 'enable always', trigger: string): Statement {
  return statement(`alter table ${quoteTable(table)} ${mode} trigger ${quoteName(trigger)}`);
}
