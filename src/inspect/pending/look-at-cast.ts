import { z } from 'zod';
import { parseExpression } from '../../catalog/parse-expression.ts';
import { convertsByItself } from '../../catalog/read-conversion.ts';
import type { Ask, Demand } from '../../model/demand.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableFacts } from '../../model/facts.ts';
import { quoted } from '../../model/name.ts';
import type { Queryable, Statement } from '../../model/statement.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { convertAll, longerThan, typeOfValue } from '../../sql/pending/converted.ts';
import { countViolations } from '../../sql/pending/violations.ts';
import { lookAtRows } from './look-at-rows.ts';
import { findingOn, type Seen } from './looked.ts';

type Cast = Demand & { readonly ask: Extract<Ask, { kind: 'cast' }> };

/** Can the values of a column be made values of another type, and its default with them? */
export async function lookAtCast(db: Queryable, demand: Cast, table: TableFacts, samples: number): Promise<Seen> {
  const { ask, basis } = demand;
  const { column, type, using, filled } = ask;
  const from = table.columns.find(({ name }) => name === column)?.type ?? '';
  const converts = await convertsByItself(db, from, type);
  if (converts === false && using === undefined) {
    const fix = `Say how: \`USING ${quoted(column)}::${type}\``;
    return refuse(demand, '42804', `PostgreSQL does not make ${from} ${type} by itself`, fix);
  }
  if (converts === false && filled) {
    const detail = `the default of ${column} is ${from}, and PostgreSQL does not make it ${type} by itself`;
    return refuse(demand, '42804', detail, `Drop the default first, and set it again afterwards.`);
  }
  if (basis.kind === 'holds') return { status: 'ok', detail: basis.reason };
  if (basis.kind === 'unresolved') return { status: 'unresolved', detail: basis.reason };
  const seen = await lookAtValues(db, demand, table, samples);
  const built = ask.built[0] ?? riskyIndex(table, column);
  return seen.status === 'ok' && built !== undefined && !(await keepsValues(db, demand, table, from))
    ? {
        status: 'unresolved',
        detail: `${seen.detail}; whether ${built} can be made again with the new values is not looked into`,
      }
    : seen;
}

async function lookAtValues(db: Queryable, demand: Cast, table: TableFacts, samples: number): Promise<Seen> {
  const { column, type, using, fit } = demand.ask;
  const value = using ?? quoted(column);
  if (using !== undefined) await parseExpression(using);
  const rows = { table: table.table, partitioned: table.kind === 'partitioned' };
  const code = using === undefined && fit.refuses ? undefined : await failureOf(db, convertAll(rows, value, type));
  const rule = `${using ?? column} does not fit into ${type}`;
  if (code?.startsWith('22') || code?.startsWith('23')) return refuse(demand, code, `a value of ${rule}`, MEND);
  if (code !== undefined) return { status: 'unresolved', detail: `converting the values to ${type} fails (${code})` };
  if (using !== undefined && !(await isAssigned(db, typeOfValue(rows, using), type)))
    return { status: 'unresolved', detail: `USING has another type than ${type}` };
  if (!fit.refuses) return { status: 'ok', detail: `no row where ${rule}` };
  const violating = fit.refuses(using === undefined ? value : `(${using})`);
  const ask = { kind: 'rows', as: 'type', rule, violating, sqlstate: fit.sqlstate, heirs: true } as const;
  return await lookAtRows(db, { ...demand, ask }, table, samples);
}

const MEND = 'Change these values first, choose a type that holds them, or say with USING what becomes of them.';

function refuse(demand: Demand, sqlstate: string, detail: string, fix: string): Seen {
  return {
    status: 'fails',
    detail,
    findings: [findingOn(demand, 'MSGDB_ROWS_VIOLATE', `The statement will fail (${sqlstate}): ${detail}.`, { fix })],
  };
}

/** SQLSTATE of a query that fails. */
async function failureOf(db: Queryable, query: Statement): Promise<string | undefined> {
  try {
    await withSavepoint(db, async () => db.query(query));
    return undefined;
  } catch (error) {
    const code = error instanceof MsgdbError ? sqlstateOf(error) : undefined;
    if (code === undefined) throw error;
    return code;
  }
}

async function isAssigned(db: Queryable, query: Statement, type: string): Promise<boolean> {
  const [row] = await db.query(query);
  const found = z.object({ type: z.string() }).parse(row).type;
  return (await convertsByItself(db, found, type)) === true;
}

const TEXT = /^(?:text|varchar|character varying|citext)\b/i;
const WHOLE = /^(?:smallint|integer|int|bigint|int[248])$/i;

/** No two values become one, and none becomes another one. */
async function keepsValues(db: Queryable, { ask }: Cast, table: TableFacts, from: string): Promise<boolean> {
  const { type: to, using, column } = ask;
  if (using !== undefined || (WHOLE.test(from) && WHOLE.test(to))) return using === undefined;
  if (!TEXT.test(from) || !TEXT.test(to) || /citext/i.test(to)) return false;
  const length = /\((\d+)\)/.exec(to)?.[1];
  if (length === undefined) return true;
  // Spaces beyond the length are cut off.
  const condition = longerThan(quoted(column), length);
  const rows = { table: table.table, partitioned: table.kind === 'partitioned', condition, identity: [] };
  const [row] = await db.query(countViolations(rows));
  return z.object({ rows: z.coerce.number() }).parse(row).rows === 0;
}

/** An index that new values, or their type, may not fit. */
function riskyIndex({ indexes }: TableFacts, column: string): string | undefined {
  const found = indexes.find(({ unique, exclusion, key, predicate, definition }) => {
    const own = key.some((part) => part.column === column);
    const reads = (predicate !== undefined || key.some((part) => !part.plain)) && definition.includes(column);
    return (own && (unique || exclusion)) || reads;
  });
  return found && `index ${found.name}`;
}
