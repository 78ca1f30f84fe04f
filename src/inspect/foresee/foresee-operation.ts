import { readTable } from '../../catalog/read-table.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { OperationFacts, TableFacts, TableName } from '../../model/facts.ts';
import type { TableOperation } from '../../model/operations/table-operation.ts';
import type { Queryable } from '../../model/statement.ts';
import { isSameTable } from '../../model/table-name.ts';
import { decideRule } from '../../resolve/decide-rule.ts';
import { resolveOperation } from '../../resolve/resolve-operation.ts';
import { withPresent } from '../../resolve/with-present.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { type Inspected, readOperation } from '../inspect-operation.ts';
import { countAhead } from './count-ahead.ts';
import { type Followed, followTo } from './follow-to.ts';

/** Where what is still to come is looked at. */
export interface Outlook extends Followed {
  /** The database as it is. */
  readonly workplace: Workplace;
  /** A copy of its schema, without rows, on which what comes before has been done. */
  readonly copy: Workplace;
}

/** An operation's facts and counts as they will be, with what is not known of them. */
export interface Foreseen extends Inspected {
  readonly notes: readonly string[];
}

/**
 * Reads what an operation will find when pending ones before it have been done: the structure from a copy of the schema,
 * the counts from the rows as they are, in terms of what they will be made of. Nothing is locked or changed.
 */
export async function foreseeOperation(outlook: Outlook, operation: TableOperation): Promise<Foreseen> {
  const { workplace, copy } = outlook;
  const decided = operation.kind === 'unique-key' ? decideRule(operation, workplace.settings) : operation;
  const { facts: future, resolved: planned } = await readOperation(copy, decided);
  const followed = await followTo(outlook, planned);
  const facts = await readOnly(workplace, async (db) =>
    withSizes(db, { ...future, server: workplace.server }, followed.origin),
  );
  const resolved = resolveOperation(decided, facts);
  return { facts, resolved, ...(await countAhead(workplace, { resolved, facts, followed })) };
}

/** `origin`: what the operation's own table is called now. */
async function withSizes(db: Queryable, facts: OperationFacts, origin: TableName | undefined): Promise<OperationFacts> {
  const completed = async (table: TableFacts): Promise<TableFacts> => {
    const own = isSameTable(table.table, facts.table.table) ? (origin ?? table.table) : table.table;
    return withPresent(table, await readIfThere(db, own));
  };
  const all = async (tables: readonly TableFacts[]): Promise<readonly TableFacts[]> => {
    const done: TableFacts[] = [];
    for (const each of tables) done.push(await completed(each));
    return done;
  };
  return {
    ...facts,
    table: await completed(facts.table),
    related: await all(facts.related),
    parents: await all(facts.parents),
  };
}

async function readIfThere(db: Queryable, table: TableName): Promise<TableFacts | undefined> {
  try {
    return await readTable(db, table);
  } catch (error) {
    if (error instanceof MsgdbError && error.code === 'MSGDB_TABLE_NOT_FOUND') return undefined;
    throw error;
  }
}
