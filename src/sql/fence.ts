import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { type Fence, fenceBody } from './fence-body.ts';
import { quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { fenceFunction } from './scratch.ts';

/**
 * Makes the function and the triggers. The deciding trigger is AFTER: it sees the row as it is stored, other triggers'
 * changes and generated columns included, and INSERT … ON CONFLICT on another key that ends in an UPDATE does not fire
 * it. Leaving rows out takes a BEFORE trigger too, the last one by name.
 */
export function createFence(fence: Fence): readonly Statement[] {
  const { id, key, form, mode } = fence;
  const name = quoteTable(fenceFunction(id));
  const table = quoteTable(key.table);
  const row = (record: string): string =>
    `row(${form.reads.map((column) => `${record}.${quoteName(column)}`).join(', ')})`;
  return [
    statement(`create or replace function ${name}() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as ${quoteLiteral(fenceBody(fence))}`),
    statement(`comment on function ${name}() is ${quoteLiteral(commentOf(fence))}`),
    statement(`revoke all on function ${name}() from public`),
    ...dropFenceTriggers(key.table, id),
    statement(`create trigger ${quoteName(`msgdb_fence_insert_${id}`)} after insert on ${table}
      for each row execute function ${name}()`),
    // An UPDATE of other columns costs this comparison and no more; a copy that is there already may be changed.
    statement(`create trigger ${quoteName(`msgdb_fence_update_${id}`)} after update on ${table}
      for each row when (pg_catalog.record_image_ne(${row('old')}, ${row('new')})) execute function ${name}()`),
    ...(mode === 'skip'
      ? [
          statement(`create trigger ${quoteName(`zz_msgdb_fence_skip_${id}`)} before insert on ${table}
      for each row execute function ${name}()`),
        ]
      : []),
  ];
}

/** Takes a fence down. */
export function dropFence(table: TableName, id: string): readonly Statement[] {
  return [...dropFenceTriggers(table, id), statement(`drop function if exists ${quoteTable(fenceFunction(id))}()`)];
}

function dropFenceTriggers(table: TableName, id: string): readonly Statement[] {
  return [`msgdb_fence_insert_${id}`, `msgdb_fence_update_${id}`, `zz_msgdb_fence_skip_${id}`].map((trigger) =>
    statement(`drop trigger if exists ${quoteName(trigger)} on ${quoteTable(table)}`),
  );
}

function commentOf({ id, index, key }: Fence): string {
  return JSON.stringify({ id, table: key.table, index });
}
