import { z } from 'zod';
import { countOf } from '../../model/count-of.ts';
import type { Ask, Demand } from '../../model/demand.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableFacts } from '../../model/facts.ts';
import type { WrittenRows } from '../../model/pending.ts';
import type { Queryable } from '../../model/statement.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { findingOn, type Seen, stripped } from './looked.ts';
import { columnsOf, type InsertRule, isFilled, rulesOfInsert, uniquesOf } from './rules-of-insert.ts';

/** Rows of earlier statements that are looked at with each: a thousand statements of a row each are asked about half a million. */
const EARLIER_ROWS = 1_000;

export type InsertDemand = Demand & { readonly ask: Extract<Ask, { kind: 'insert' }> };

/** Do rows that are inserted have the keys of rows that are there, or of each other; are they what the table asks for? */
export async function lookAtInsert(db: Queryable, demand: InsertDemand, table: TableFacts | undefined): Promise<Seen> {
  const { before, written } = demand.ask;
  const columns = columnsOf(demand.ask, table);
  if (written === 'open') {
    const computed = uniquesOf(demand.ask, table).find((each) => !each.columns.some((name) => isFilled(columns, name)));
    return computed
      ? { status: 'unresolved', detail: `the rows are computed, and ${computed.name} is unique` }
      : { status: 'ok', detail: 'no unique index but those that PostgreSQL gives the values of' };
  }
  if (before && before.rows.length > EARLIER_ROWS) {
    const detail = `earlier statements insert more than ${countOf(EARLIER_ROWS, 'row')} into the same table: it is not compared with them`;
    return { status: 'unresolved', detail };
  }
  const rows = before ? joined(before, written) : { written, from: 0 };
  const rules = await rulesOfInsert(db, demand.ask, table, rows);
  if (rules.length === 0) return { status: 'ok', detail: 'nothing is asked that the statement gives the values of' };
  if (demand.basis.kind === 'unresolved') {
    return rules.some(({ kind }) => kind === 'unique')
      ? { status: 'unresolved', detail: demand.basis.reason }
      : { status: 'ok', detail: demand.basis.reason };
  }
  return await firstBroken(db, demand, rules);
}

/** PostgreSQL takes one row after the other: NOT NULL, CHECK, unique indexes; foreign keys when all are there. */
async function firstBroken(db: Queryable, demand: InsertDemand, rules: readonly InsertRule[]): Promise<Seen> {
  let broken: { readonly rule: InsertRule; readonly rows: number; readonly first: number } | undefined;
  let unknown: string | undefined;
  for (const rule of rules) {
    const found = await count(db, rule);
    if (typeof found === 'string') return fails(demand, found, 'a value does not fit into its column', 0);
    if ('unknown' in found) {
      unknown ??= found.unknown;
      continue;
    }
    if (found.rows === 0 || (broken && (rule.kind === 'foreign-key' || found.first >= broken.first))) continue;
    broken = { rule, ...found };
  }
  if (!broken && unknown !== undefined) return { status: 'unresolved', detail: unknown };
  if (!broken) return { status: 'ok', detail: 'no row that the table refuses' };
  const { rule, rows } = broken;
  return fails(demand, rule.sqlstate, rule.said(countOf(rows, 'row')), rows);
}

/** Rows that earlier statements insert come first. */
function joined(before: WrittenRows, written: WrittenRows): { readonly written: WrittenRows; readonly from: number } {
  const columns = [...new Set([...written.columns, ...before.columns])];
  const rows = [before, written].flatMap((each) =>
    each.rows.map((row) =>
      columns.map((column) => {
        const at = each.columns.indexOf(column);
        return at === -1 ? undefined : row[at];
      }),
    ),
  );
  return { written: { columns, rows }, from: before.rows.length };
}

const countSchema = z.object({ rows: z.coerce.number(), first: z.number().nullable() });

interface Counted {
  readonly rows: number;
  readonly first: number;
}

/** The SQLSTATE where a value is refused; `unknown` says why it is not known. */
async function count(db: Queryable, { query }: InsertRule): Promise<Counted | string | { readonly unknown: string }> {
  try {
    const [row] = await withSavepoint(db, async () => db.query(query));
    const { rows, first } = countSchema.parse(row);
    return { rows, first: first ?? 0 };
  } catch (error) {
    const code = error instanceof MsgdbError ? sqlstateOf(error) : undefined;
    if (code?.startsWith('22') || code?.startsWith('23')) return code;
    // A type that earlier statements make.
    if (code === '42704') return { rows: 0, first: 0 };
    if (error instanceof MsgdbError && code?.startsWith('42')) return { unknown: stripped(error.message) };
    throw error;
  }
}

function fails(demand: Demand, sqlstate: string, detail: string, rows: number): Seen {
  const fix =
    sqlstate === '23505'
      ? 'Say what becomes of them with ON CONFLICT, or leave out what is there.'
      : 'Write other values, or change what the table asks for first.';
  const message = `The statement will fail (${sqlstate}): ${detail}.`;
  return { status: 'fails', detail, rows, findings: [findingOn(demand, 'MSGDB_ROWS_VIOLATE', message, { fix })] };
}
