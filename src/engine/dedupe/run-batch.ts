import { z } from 'zod';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import { NOTHING_DONE, type Outcome, type Overwritten } from '../../model/outcome.ts';
import type { Queryable, Rows, Statement } from '../../model/statement.ts';
import type { Writing } from '../../model/writing.ts';
import { type BatchStatement, findAny } from '../../sql/dedupe/statements.ts';
import { quoteTable } from '../../sql/quote.ts';

/**
 * Runs the statements of a batch in the transaction it is given.
 * @throws MsgdbError MSGDB_STOPPED when the batch must not go on, or fewer rows were removed than were chosen (a trigger
 * or rule kept them). The caller's transaction is rolled back by it.
 */
export async function runBatch(tx: Queryable, statements: readonly BatchStatement[]): Promise<Outcome> {
  let outcome = NOTHING_DONE;
  let losers: number | undefined;
  let writes: Writing | undefined;
  // What prepares others goes to the server with the next one that is waited for.
  let ahead: readonly Promise<Rows>[] = [];
  for (const each of statements) {
    const sent = each.onlyFor === undefined || (await findsAny(tx, each.onlyFor, ahead));
    if (sent) ahead = [...ahead, runStatement(tx, each)];
    if (each.role === 'work') {
      for (const one of ahead) one.catch(() => undefined);
      continue;
    }
    const answers = await Promise.all(ahead);
    ahead = [];
    const rows = sent ? answers.at(-1) : undefined;
    const count = rows ? rowCount(rows, each.statement) : 0;
    if (each.role === 'removed') writes = each.writes;
    if (each.role === 'losers') losers = count;
    else outcome = addCount(outcome, each, count);
    if (rows && each.compared)
      outcome = { ...outcome, overwritten: [...outcome.overwritten, ...overwritten(each, rows)] };
  }
  await Promise.all(ahead);
  if (losers !== undefined && outcome.removed !== losers) {
    throw new MsgdbError('MSGDB_STOPPED', {
      what: `${countOf(losers, 'row was', 'rows were')} to be removed, but only ${countOf(outcome.removed, 'was', 'were')}; the batch was undone.`,
      why: 'A trigger on the table keeps rows from being removed.',
      fix: `While msgdb works: alter table ${writes ? quoteTable(writes.table) : 'TABLE'} disable trigger user; or mark the losers with losers: { set: … }.`,
      data: { writes },
    });
  }
  return outcome;
}

async function findsAny(tx: Queryable, from: string, ahead: readonly Promise<Rows>[]): Promise<boolean> {
  const answers = await Promise.all([...ahead, tx.query(findAny(from))]);
  const [row] = answers.at(-1) ?? [];
  return row?.any === true;
}

async function runStatement(tx: Queryable, { statement, writes }: BatchStatement): Promise<Rows> {
  try {
    return await tx.query(statement);
  } catch (error) {
    if (!(error instanceof MsgdbError) || !writes) throw error;
    throw error.with({ data: { writes } });
  }
}

function addCount(outcome: Outcome, each: BatchStatement, count: number): Outcome {
  switch (each.role) {
    case 'removed':
      return {
        ...outcome,
        removed: outcome.removed + count,
        marked: outcome.marked + (each.marked ? count : 0),
        archived: outcome.archived + (each.archived ? count : 0),
      };
    case 'merged':
      return { ...outcome, merged: outcome.merged + count };
    case 'created':
      return { ...outcome, created: outcome.created + count };
    case 'disagreeing':
      return { ...outcome, disagreeing: outcome.disagreeing + count };
    case 'children-removed':
      return {
        ...outcome,
        childrenRemoved: [
          ...outcome.childrenRemoved,
          { label: each.label, columns: [], rows: count, refused: each.because === 'refused' ? count : 0 },
        ],
      };
    case 'repointed':
      return {
        ...outcome,
        repointed: [...outcome.repointed, { label: each.label, columns: each.columns, rows: count }],
      };
    case 'assert-none':
      if (count === 0) return outcome;
      throw new MsgdbError('MSGDB_STOPPED', {
        what: each.message,
        fix: each.fix,
        data: { rows: count, writes: each.writes },
      });
    default:
      return outcome;
  }
}

/** Columns in which a trigger left another value than was set, from the result's `differing`. */
function overwritten({ compared = [], writes, role }: BatchStatement, [row]: Rows): readonly Overwritten[] {
  const counts = z.array(z.coerce.number()).parse(row?.differing);
  const written = role === 'merged' ? ('merged' as const) : ('marked' as const);
  return compared.flatMap((column, place) => {
    const rows = counts[place] ?? 0;
    return writes && rows > 0 ? [{ table: writes.table, column, rows, written }] : [];
  });
}

/** Results that count have one row with `rows`; what is written into the archive is counted by the command tag. */
function rowCount(rows: Rows, { text }: Statement): number {
  const count = rows.length > 0 ? Number(rows[0]?.rows) : rows.count;
  if (Number.isInteger(count)) return count;
  throw new MsgdbError('MSGDB_INTERNAL', { what: 'A statement did not report its row count.', data: { text } });
}
