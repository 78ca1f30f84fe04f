import { createHash } from 'node:crypto';
import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { type Fence, fenceBody } from './fence-body.ts';
import { OWN } from './own-schema.ts';
import { quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { fenceFunction } from './scratch.ts';

/**
 * Makes the function and the triggers. The deciding trigger is AFTER: it sees the row as it is stored, other triggers'
 * changes and generated columns included, and INSERT … ON CONFLICT on another key that ends in an UPDATE does not fire
 * it. Leaving rows out takes a BEFORE trigger too, the last one by name. What an earlier run left under the name goes first:
 * CREATE OR REPLACE would take only the function's owner, and keep triggers that are disabled.
 */
export function createFence(fence: Fence): readonly Statement[] {
  const { id, key, form, mode } = fence;
  const name = quoteTable(fenceFunction(id));
  const table = quoteTable(key.table);
  const row = (record: string): string =>
    `row(${form.reads.map((column) => `${record}.${quoteName(column)}`).join(', ')})`;
  return [
    ...dropFence(key.table, id),
    statement(`create function ${name}() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as ${quoteLiteral(fenceBody(fence))}`),
    statement(`comment on function ${name}() is ${quoteLiteral(commentOf(fence))}`),
    statement(`revoke all on function ${name}() from public`),
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

/** Of all that a fence does: what an earlier version, or for a table of other columns, put up is another one. */
export function fenceHash(fence: Fence): string {
  const does = JSON.stringify([fenceBody(fence), fence.form.reads]);
  return createHash('sha256').update(does).digest('hex').slice(0, 16);
}

/**
 * Makes the function the table owner's: it runs with its owner's rights, and what it calls is the owner's to change. A
 * new owner needs CREATE on the schema, unless a superuser gives (42501): granted for this transaction alone.
 */
export function giveFence(id: string, { owner, mayCreate }: FenceOwner): readonly Statement[] {
  const [role, schema] = [quoteName(owner), quoteName(OWN)];
  const give = statement(`alter function ${quoteTable(fenceFunction(id))}() owner to ${role}`);
  if (mayCreate) return [give];
  return [
    statement(`grant create on schema ${schema} to ${role}`),
    give,
    statement(`revoke create on schema ${schema} from ${role}`),
  ];
}

/** The owner of a fenced table, as a fence is given to it. */
export interface FenceOwner {
  readonly owner: string;
  /** Can it be given a function in schema msgdb as things are? */
  readonly mayCreate: boolean;
}

/** Takes a fence down. The function may be another role's: the owner of its schema, or a member of its owner, drops it. */
export function dropFence(table: TableName, id: string): readonly Statement[] {
  const triggers = [`msgdb_fence_insert_${id}`, `msgdb_fence_update_${id}`, `zz_msgdb_fence_skip_${id}`];
  return [
    ...triggers.map((trigger) => statement(`drop trigger if exists ${quoteName(trigger)} on ${quoteTable(table)}`)),
    // A table that was renamed has taken its triggers along.
    statement(`drop function if exists ${quoteTable(fenceFunction(id))}() cascade`),
  ];
}

function commentOf(fence: Fence): string {
  const { id, index, key, mode } = fence;
  return JSON.stringify({ id, table: key.table, index, mode, hash: fenceHash(fence) });
}
