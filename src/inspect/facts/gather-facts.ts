import { checkRowwise } from '../../catalog/check-rowwise.ts';
import { isHashable } from '../../catalog/is-hashable.ts';
import { isImmutable } from '../../catalog/is-immutable.ts';
import { isNameTaken } from '../../catalog/is-name-taken.ts';
import { parseExpression } from '../../catalog/parse-expression.ts';
import { readCanonical } from '../../catalog/read-canonical.ts';
import { readIndexNames } from '../../catalog/read-index-names.ts';
import { readIndexParts } from '../../catalog/read-index-parts.ts';
import { readPartitionTree } from '../../catalog/read-partition-tree.ts';
import { readSharedParents } from '../../catalog/read-shared-parents.ts';
import { readTable, readTables } from '../../catalog/read-table.ts';
import { readUnstable } from '../../catalog/read-unstable.ts';
import { resolveTable } from '../../catalog/resolve-table.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { OperationFacts, ServerFacts, TableFacts, TableName } from '../../model/facts.ts';
import { parseName } from '../../model/name.ts';
import type { TableOperation } from '../../model/operations/table-operation.ts';
import type { Queryable } from '../../model/statement.ts';
import { isSameTable, tableId } from '../../model/table-name.ts';
import {
  choosingExpressions,
  expressionsOf,
  indexedExpressions,
  ownExpressions,
  predicateOf,
} from '../../resolve/expressions.ts';
import { findColumn } from '../../resolve/find-column.ts';
import { refuseTarget } from '../../resolve/refuse-target.ts';
import { partSql } from '../../sql/terms.ts';
import { refuseSpecialTimes } from './refuse-special-times.ts';
import { settleExpressions } from './settle-expressions.ts';

/** Reads all that planning an operation needs from the catalogue. */
export async function gatherFacts(
  db: Queryable,
  server: ServerFacts,
  operation: TableOperation,
  schema: string,
): Promise<OperationFacts> {
  const named = await resolveNames(db, operation, schema);
  const own = named.get(operation.table) as TableName;
  const table = await readTable(db, own);
  refuseTarget(table);
  const others = [...named.values()].filter((name) => name !== own);
  const related = operation.kind === 'index' ? [] : await readRelated(db, table, others);
  const isNamed = ({ table: each }: TableFacts): boolean => others.some((other) => isSameTable(other, each));
  for (const other of related.filter(isNamed)) refuseTarget(other);
  await checkWhole(operation);
  await checkRowwise(db, table, ownExpressions(operation, table), predicateOf(operation));
  await refuseMutable(db, operation, table);
  const canonical = await readCanonical(db, table, expressionsOf(operation, table));
  await refuseSpecialTimes(db, table, indexedExpressions(operation));
  const parts = keyParts(operation, table);
  const hashable = operation.kind !== 'index' && parts.length > 0 && (await isHashable(db, table, parts));
  const settled = await settleExpressions(db, table, choosingExpressions(operation, table), server.moment);
  // What PostgreSQL may refuse is asked above, one after the other: in one journey all that follows would fail with it.
  const [partitions, indexParts, nameTaken, childPartitions, indexNames] = await Promise.all([
    table.kind === 'partitioned' ? readPartitionTree(db, own) : [],
    readIndexParts(db, table, parts, operation.kind === 'index' ? operation.method : 'btree'),
    isTaken(db, operation, table),
    readChildPartitions(db, related),
    readIndexNames(db, related),
  ]);
  const there = [table, ...related, ...partitions];
  const parents = operation.kind === 'unique-key' ? await readParents(db, there, related) : [];
  return {
    server,
    table,
    related,
    parents,
    named,
    canonical,
    hashable,
    parts: indexParts,
    nameTaken,
    partitions,
    childPartitions,
    indexNames,
    settled,
  };
}

async function readChildPartitions(
  db: Queryable,
  related: readonly TableFacts[],
): Promise<OperationFacts['childPartitions']> {
  const tops = related.filter(({ kind }) => kind === 'partitioned').map(({ table }) => table);
  const found = await Promise.all(
    tops.map(async (top) => (await readPartitionTree(db, top)).map((partition) => ({ ...partition, top }))),
  );
  return found.flat();
}

/**
 * A key or predicate is one complete expression: what only looks like one would change the statement it is put into.
 */
async function checkWhole(operation: TableOperation): Promise<void> {
  for (const expression of indexedExpressions(operation)) {
    await parseExpression(expression, optionOf(expression, operation));
  }
}

/** Of what a flag may have given. */
function optionOf(expression: string, operation: TableOperation): 'where' | 'key' | undefined {
  if (operation.kind !== 'unique-key') return undefined;
  return expression === operation.where ? 'where' : 'key';
}

/**
 * A key or predicate gives the same result whenever it is asked: otherwise an index refuses it (42P17), and what was
 * found to be a copy might not be one.
 */
async function refuseMutable(db: Queryable, operation: TableOperation, table: TableFacts): Promise<void> {
  if (table.kind !== 'table' && table.kind !== 'partitioned') return;
  for (const expression of indexedExpressions(operation)) {
    if (await isImmutable(db, table, expression)) continue;
    if (/\(\s*select\s/i.test(`(${expression}`)) throw subqueryIn(expression, table);
    const [name] = await readUnstable(db, (await parseExpression(expression)).functions);
    throw new MsgdbError('MSGDB_EXPRESSION_INVALID', {
      what: `${expression.trim()} cannot be in an index on ${table.table.name}: ${name ?? 'a cast or a function in it'} is not IMMUTABLE.`,
      why: 'Its result does not depend on its arguments alone, so a row could be a copy today and none tomorrow.',
      fix: 'Use the columns themselves, or functions that are IMMUTABLE.',
    });
  }
}

function subqueryIn(expression: string, { table }: TableFacts): MsgdbError {
  return new MsgdbError('MSGDB_EXPRESSION_INVALID', {
    what: `${expression.trim()} cannot be in an index on ${table.name}: it is, or has, a subquery.`,
    why: 'PostgreSQL takes only the columns of the row itself, and functions of them, in an index.',
    fix: 'Use the columns themselves, or functions that are IMMUTABLE.',
  });
}

/** The key's parts as SQL; none where a name is wrong, which the plan will say. */
function keyParts(operation: TableOperation, table: TableFacts): readonly string[] {
  if (operation.kind === 'relink') return [];
  const parts = (operation.kind === 'index' ? operation.columns : operation.key).map((part) => {
    const column = typeof part === 'string' ? findColumn(table, part) : undefined;
    return typeof part === 'object' ? partSql(part) : column && partSql({ column: column.name });
  });
  return parts.every((part) => part !== undefined) ? parts : [];
}

async function resolveNames(
  db: Queryable,
  operation: TableOperation,
  schema: string,
): Promise<ReadonlyMap<string, TableName>> {
  const named = new Map([[operation.table, await resolveTable(db, operation.table, schema)]]);
  if (operation.kind === 'unique-key') {
    for (const { table } of operation.references) named.set(table, await resolveTable(db, table, schema));
  }
  if (operation.kind === 'relink') named.set(operation.to, await resolveTarget(db, operation.to, schema));
  return named;
}

/** `to` is a table, or a table and its column. */
async function resolveTarget(db: Queryable, to: string, schema: string): Promise<TableName> {
  try {
    return await resolveTable(db, to, schema);
  } catch (error) {
    const parts = parseName(to);
    if (!(error instanceof MsgdbError) || parts.length < 2) throw error;
    const table = parts.slice(0, -1).map((part) => (part.quoted ? `"${part.text.replaceAll('"', '""')}"` : part.text));
    return await resolveTable(db, table.join('.'), schema);
  }
}

/** Reads named tables, and those that refer to the table or, in turn, to those: copies may have to be removed there. */
async function readRelated(
  db: Queryable,
  table: TableFacts,
  named: readonly TableName[],
): Promise<readonly TableFacts[]> {
  const known = new Map([[tableId(table.table), table]]);
  let next = [...named, ...table.referencedBy.map((key) => key.table)];
  while (next.length > 0) {
    const fresh = new Map(next.map((name) => [tableId(name), name]));
    for (const id of known.keys()) fresh.delete(id);
    const read = await readTables(db, [...fresh.values()]);
    for (const facts of read) known.set(tableId(facts.table), facts);
    const unique = read.filter(({ indexes }) => indexes.some((index) => index.unique));
    next = unique.flatMap(({ referencedBy }) => referencedBy.map((key) => key.table));
  }
  known.delete(tableId(table.table));
  return [...known.values()];
}

/** What children refer to besides what is known: a column that is re-pointed may be a part of that too. */
async function readParents(
  db: Queryable,
  there: readonly { readonly table: TableName }[],
  related: readonly TableFacts[],
): Promise<readonly TableFacts[]> {
  const known = new Set(there.map((each) => tableId(each.table)));
  const shared = await readSharedParents(
    db,
    related.map(({ oid }) => oid),
  );
  const unknown = shared.filter((name) => !known.has(tableId(name)));
  const parents = new Map(unknown.map((name) => [tableId(name), name]));
  return await readTables(db, [...parents.values()]);
}

async function isTaken(db: Queryable, operation: TableOperation, table: TableFacts): Promise<boolean> {
  const name =
    operation.kind === 'index' ? operation.name : operation.kind === 'unique-key' ? operation.index : undefined;
  if (name === undefined || table.indexes.some((index) => index.name === name)) return false;
  return await isNameTaken(db, { schema: table.table.schema, name });
}
