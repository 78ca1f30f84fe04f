import type { Key } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { OperationFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { partLabel } from '../../resolve/resolve-key.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { countPages, evaluate, nameRow, type Stretch } from '../../sql/try-rows.ts';

/** More line pointers than a page of 32 kB has. */
const LINES = 2_048;
/** What is no fault of an expression: a statement that was cancelled, a server that is short of something. */
const ELSEWHERE = /^(?:08|40|42501|5[3-8]|F0|XX)/;

/**
 * Reads a key's rows; where that fails because an expression of the key does on some row, says on which. Found by
 * halving the table: about as much is read again.
 * @throws MsgdbError MSGDB_EXPRESSION_INVALID naming the expression, the row and PostgreSQL's reason.
 */
export async function whereItFails<Result>(
  db: Queryable,
  key: Key,
  facts: OperationFacts,
  read: () => Promise<Result>,
): Promise<Result> {
  const expressions = expressionsOf(key);
  if (expressions.length === 0) return await read();
  try {
    return await withSavepoint(db, read);
  } catch (error) {
    if (!(error instanceof MsgdbError) || ELSEWHERE.test(sqlstateOf(error) ?? 'XX')) throw error;
    await findCulprit(db, key, facts, expressions);
    throw error;
  }
}

interface Asked {
  readonly expression: string;
  /** What has to hold before it is evaluated at all. */
  readonly predicate: string | undefined;
}

function expressionsOf({ columns, predicate }: Key): readonly Asked[] {
  const parts = columns.flatMap((part) => ('expression' in part ? [{ expression: part.expression, predicate }] : []));
  return predicate === undefined ? parts : [{ expression: predicate, predicate: undefined }, ...parts];
}

async function findCulprit(
  db: Queryable,
  key: Key,
  { table, partitions }: OperationFacts,
  expressions: readonly Asked[],
): Promise<void> {
  const leaves = partitions.filter(({ kind }) => kind === 'table').map((each) => each.table);
  const tables = key.partitioned ? leaves.map((each) => ({ ...key, table: each, partitioned: false })) : [key];
  for (const asked of expressions) {
    for (const each of tables) {
      const found = await halve(db, each, asked);
      if (!found) continue;
      const columns = table.primaryKey.length > 0 ? table.primaryKey : ['ctid'];
      const [row] = await db.query(nameRow(each, table.primaryKey, found.line));
      throw new MsgdbError('MSGDB_EXPRESSION_INVALID', {
        what: `${asked.expression.trim()} fails on a row of ${tableLabel(each.table)}, so no index can be made of it: (${columns.join(', ')})=(${String(row?.name)}).`,
        why: found.error.message,
        fix: `Write an expression that has a value for every row (nullif, a CASE, a function of your own), correct the row, or leave such rows out with where. The key is (${key.columns.map(partLabel).join(', ')}).`,
        cause: found.error,
      });
    }
  }
}

interface Found {
  readonly line: readonly [page: number, line: number];
  readonly error: MsgdbError;
}

/** Where an expression fails for the first time; undefined where it does not. */
async function halve(db: Queryable, key: Key, asked: Asked): Promise<Found | undefined> {
  const [row] = await db.query(countPages(key));
  let error = await fails(db, key, asked, { from: [0, 0], to: [Number(row?.pages) + 1, 0] });
  if (!error) return undefined;
  let [page, end] = [0, Number(row?.pages) + 1];
  while (end - page > 1) {
    const middle = Math.floor((page + end) / 2);
    const failed = await fails(db, key, asked, { from: [page, 0], to: [middle, 0] });
    error = failed ?? error;
    if (failed) end = middle;
    else page = middle;
  }
  let [line, last] = [0, LINES];
  while (last - line > 1) {
    const middle = Math.floor((line + last) / 2);
    const failed = await fails(db, key, asked, { from: [page, line], to: [page, middle] });
    error = failed ?? error;
    if (failed) last = middle;
    else line = middle;
  }
  return { line: [page, line], error };
}

async function fails(db: Queryable, key: Key, asked: Asked, stretch: Stretch): Promise<MsgdbError | undefined> {
  try {
    await withSavepoint(db, async () => db.query(evaluate(key, asked.expression, asked.predicate, stretch)));
    return undefined;
  } catch (error) {
    if (!(error instanceof MsgdbError) || ELSEWHERE.test(sqlstateOf(error) ?? 'XX')) throw error;
    return error;
  }
}
