import { z } from 'zod';
import { countOf } from '../../model/count-of.ts';
import type { Ask, Demand } from '../../model/demand.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { IndexFacts, TableFacts } from '../../model/facts.ts';
import type { WrittenRows } from '../../model/pending.ts';
import type { Queryable } from '../../model/statement.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { countCollisions, type MetIndex } from '../../sql/pending/inserted.ts';
import { findingOn, type Seen } from './looked.ts';

/** Do rows that are inserted have the keys of rows that are there, or of each other? */
export async function lookAtInsert(
  db: Queryable,
  demand: Demand & { readonly ask: Extract<Ask, { kind: 'insert' }> },
  table: TableFacts,
): Promise<Seen> {
  const { before, written, gone } = demand.ask;
  const indexes = table.indexes.filter(
    (each) => each.unique && each.valid && each.immediate && !gone.includes(each.name),
  );
  if (written === 'open') {
    const computed = indexes.find((each) => !each.key.some(({ column }) => isFilled(table, column)));
    return computed
      ? { status: 'unresolved', detail: `the rows are computed, and ${computed.name} is unique` }
      : { status: 'ok', detail: 'no unique index but those that PostgreSQL gives the values of' };
  }
  const asked = indexes.flatMap((index) => met(table, index, written) ?? []);
  if (asked.length === 0) return { status: 'ok', detail: 'no unique index has its values from the statement' };
  if (demand.basis.kind === 'unresolved') return { status: 'unresolved', detail: demand.basis.reason };
  for (const { name, index } of asked) {
    const own = before ? joined(before, written) : { rows: written, from: 0 };
    const found = await count(db, index, own.rows, own.from);
    if (typeof found === 'string') return fails(demand, found, `a value does not fit into its column`, 0);
    if (found > 0) return fails(demand, '23505', `${countOf(found, 'row')} with a key that ${name} has already`, found);
  }
  return { status: 'ok', detail: 'no row with a key that is there' };
}

function isFilled({ columns }: TableFacts, name: string | undefined): boolean {
  return columns.some((each) => each.name === name && each.filled);
}

/** The index, where all of its values are known. */
function met(
  table: TableFacts,
  { name, key, predicate, nullsNotDistinct, definition }: IndexFacts,
  { columns: written, rows }: WrittenRows,
): { readonly name: string; readonly index: MetIndex } | undefined {
  const text = [definition.slice(definition.indexOf('(')), predicate ?? ''].join(' ');
  const used = table.columns.filter(
    (each) => key.some(({ column }) => column === each.name) || text.includes(each.name),
  );
  const isKnown = (column: string): boolean => {
    const at = written.indexOf(column);
    return at === -1
      ? !isFilled(table, column)
      : rows.every((row) => row[at] !== undefined || !isFilled(table, column));
  };
  if (!used.every((each) => isKnown(each.name)) || !key.every(({ plain }) => plain || predicate === undefined))
    return undefined;
  return {
    name,
    index: {
      table: table.table,
      partitioned: table.kind === 'partitioned',
      key: key.map((part) => part.text),
      predicate,
      nullsNotDistinct,
      // A cast to a text of a length cuts off what an INSERT refuses.
      columns: used.map((each) => ({ name: each.name, type: /char/i.test(each.type) ? each.plainType : each.type })),
    },
  };
}

/** Rows that earlier statements insert come first. */
function joined(before: WrittenRows, written: WrittenRows): { readonly rows: WrittenRows; readonly from: number } {
  const { columns } = written;
  const earlier = before.rows.map((row) =>
    columns.map((column) => {
      const at = before.columns.indexOf(column);
      return at === -1 ? undefined : row[at];
    }),
  );
  return { rows: { columns, rows: [...earlier, ...written.rows] }, from: earlier.length };
}

/** How many collide; the SQLSTATE where a value is refused. */
async function count(db: Queryable, index: MetIndex, rows: WrittenRows, from: number): Promise<number | string> {
  try {
    const [row] = await db.query(countCollisions(index, rows, from));
    return z.object({ rows: z.coerce.number() }).parse(row).rows;
  } catch (error) {
    const code = error instanceof MsgdbError ? sqlstateOf(error) : undefined;
    if (code?.startsWith('22') || code?.startsWith('23')) return code;
    throw error;
  }
}

function fails(demand: Demand, sqlstate: string, detail: string, rows: number): Seen {
  const fix = 'Say what becomes of them with ON CONFLICT, or leave out what is there.';
  const message = `The statement will fail (${sqlstate}): ${detail}.`;
  return { status: 'fails', detail, rows, findings: [findingOn(demand, 'MSGDB_ROWS_VIOLATE', message, { fix })] };
}
