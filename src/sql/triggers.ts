import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from './quote.ts';

/** Names of the BEFORE row triggers that fire now for an event; `always`: also while replicating. */
export function changingTriggers(table: TableName, event: 'insert' | 'update'): Statement {
  // pg_trigger.tgtype: 1 row, 2 before, 4 insert, 16 update. tgenabled: O as usual, A always.
  return statement(
    `
      select t.tgname::text as name, t.tgenabled = 'A' as always
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_class c on c.oid = t.tgrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = $2 and not t.tgisinternal and t.tgenabled in ('O', 'A')
         and t.tgtype & 3 = 3 and t.tgtype & ${event === 'insert' ? 4 : 16} <> 0
       order by t.tgname`,
    [table.schema, table.name],
  );
}

export function setTrigger(table: TableName, mode: 'disable' | 'enable' | 'enable always', trigger: string): Statement {
  return statement(`alter table ${quoteTable(table)} ${mode} trigger ${quoteName(trigger)}`);
}
