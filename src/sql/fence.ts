import { createHash } from 'node:crypto';
import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { type Fence, fenceBody, rowOfReads } from './fence-body.ts';
import { type Origin, openEntry } from './history-schema.ts';
import { OWN } from './own-schema.ts';
import { quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { fenceFunction } from './scratch.ts';

/**
 * Makes the function and the triggers. The deciding trigger is AFTER: it sees the row as it is stored, other triggers'
 * changes and generated columns included, and INSERT … ON CONFLICT on another key that ends in an UPDATE does not fire
 * it. Leaving rows out takes a BEFORE trigger too, the last one by name. What an earlier run left under the name goes first:
 * CREATE OR REPLACE would take only the function's owner, and keep triggers that are disabled.
 */
export function createFence(fence: Fence, keeping?: Keeping): readonly Statement[] {
  const { id, key, mode } = fence;
  const name = quoteTable(fenceFunction(id));
  const table = quoteTable(key.table);
  const { insert, update, skip } = triggersOf(id);
  return [
    ...dropFence(key.table, id),
    statement(`create function ${name}() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as ${quoteLiteral(fenceBody(fence))}`),
    statement(`comment on function ${name}() is ${quoteLiteral(commentOf(fence, keeping))}`),
    statement(`revoke all on function ${name}() from public`),
    statement(`create trigger ${quoteName(insert)} after insert on ${table}
      for each row execute function ${name}()`),
    statement(`create trigger ${quoteName(update)} after update on ${table}
      for each row${whenChanged(fence)} execute function ${name}()`),
    ...(mode === 'skip'
      ? [
          statement(`create trigger ${quoteName(skip)} before insert on ${table}
      for each row execute function ${name}()`),
        ]
      : []),
  ];
}

/**
 * An UPDATE of other columns costs this comparison and no more; a copy that is there already may be changed. A condition
 * names columns, though, which nobody could then change in type (0A000): a fence that is kept compares in its function.
 */
function whenChanged({ form, until }: Fence): string {
  if (until !== undefined) return '';
  return ` when (pg_catalog.record_image_ne(${rowOfReads('old', form)}, ${rowOfReads('new', form)}))`;
}

/** What is told of a fence that stays when its run has ended. Times are ISO 8601. */
export interface Keeping {
  /** The key as people write it: `(lower(email))`. */
  readonly key: string;
  readonly nulls: 'distinct' | 'not distinct';
  readonly since: string;
  readonly until: string;
  /** The role, and its run. */
  readonly by: string;
  readonly runId: string;
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
  return [
    ...Object.values(triggersOf(id)).map((trigger) =>
      statement(`drop trigger if exists ${quoteName(trigger)} on ${quoteTable(table)}`),
    ),
    // A table that was renamed has taken its triggers along.
    statement(`drop function if exists ${quoteTable(fenceFunction(id))}() cascade`),
  ];
}

/**
 * Two histories may have a fence of one key: neither takes the other's triggers for its own. The longest name of a history
 * leaves room for 17 bytes.
 */
function triggersOf(id: string): Readonly<Record<'insert' | 'update' | 'skip', string>> {
  return { insert: `${OWN}_ins_${id}`, update: `${OWN}_upd_${id}`, skip: `zz_${OWN}_${id}` };
}

/** Notes a kept fence in the ledger, in the transaction that makes it: until it is taken down, the entry is open. */
export function recordFence({ id, index, key }: Fence, keeping: Keeping, origin: Origin): Statement {
  const told = { table: key.table, fence: id, index, key: keeping.key, until: keeping.until };
  return openEntry(origin, 'kept-fence', told);
}

/** The entry of a kept fence that is taken down is closed. */
export function closeFence(id: string): Statement {
  return statement(
    `update ${OWN}.ledger set undone_at = clock_timestamp()
      where kind = 'kept-fence' and undone_at is null and object ->> 'fence' = $1`,
    [id],
  );
}

function commentOf(fence: Fence, keeping: Keeping | undefined): string {
  const { id, index, key, mode } = fence;
  const kept = keeping === undefined ? {} : { kept: { ...keeping, reads: fence.form.reads } };
  return JSON.stringify({ id, table: key.table, index, mode, hash: fenceHash(fence), ...kept });
}
