import { readTable } from '../../catalog/read-table.ts';
import { CODES, type ErrorCode } from '../../model/codes.ts';
import { countOf } from '../../model/count-of.ts';
import type { Ask, Demand } from '../../model/demand.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { PreflightLock } from '../../model/preflight-report.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { refuseHiddenRows } from '../../resolve/refuse-hidden-rows.ts';
import { SMALL_TABLE_BYTES } from '../../resolve/small-table.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { lookAtCast } from './look-at-cast.ts';
import { lookAtDomain } from './look-at-domain.ts';
import { lookAtAdopted, lookAtKept, lookAtName } from './look-at-index.ts';
import { lookAtInsert } from './look-at-insert.ts';
import { lookAtPartition } from './look-at-partition.ts';
import { lookAtReference } from './look-at-reference.ts';
import { lookAtForeignKey, lookAtRows } from './look-at-rows.ts';
import { lookAtConstantKey, lookAtUnique } from './look-at-unique.ts';
import { asksOf, findingOn, type Looked, lockOf, type Seen, stripped } from './looked.ts';

/** Looks whether one statement of a pending migration will succeed. Nothing is written. */
export async function lookAtDemand(workplace: Workplace, demand: Demand, samples: number): Promise<Looked> {
  workplace.emit({
    kind: 'step-started',
    title: `looking at ${tableLabel(demand.table)} for ${demand.file}:${demand.line}`,
  });
  const { table, seen } = await look(workplace, demand, samples);
  const lock = lockOf(demand, demand.basis.kind === 'holds' ? undefined : table);
  const { migration, file, line, statement } = demand;
  const transaction = judgeTransaction(demand);
  return {
    statement: {
      migration,
      file,
      line,
      statement,
      table: tableLabel(demand.table),
      asks: asksOf(demand),
      ...(transaction.some(({ level }) => level !== 'warning')
        ? { status: 'fails', detail: 'CONCURRENTLY, in a transaction' }
        : { status: seen.status, detail: seen.detail }),
      rows: seen.rows ?? null,
      samples: seen.samples ?? [],
      lock,
    },
    findings: [...(seen.findings ?? []), ...transaction, ...judgeLock(demand, lock), ...unresolved(demand, seen)],
    ...(seen.target && { target: seen.target }),
    ...(seen.command !== undefined && { command: seen.command }),
    ...(seen.now && { now: seen.now }),
  };
}

function unresolved(demand: Demand, { status, detail, now }: Seen): readonly Finding[] {
  if (status !== 'unresolved') return [];
  const fix =
    now &&
    `Run the migration on a copy of the database; or run \`${now.command}\` to see the rows, then without --dry-run to remove them before the deploy, with an archive.`;
  return [
    findingOn(demand, 'MSGDB_PENDING_UNRESOLVED', `It is not known whether it will succeed: ${detail}.`, {
      level: 'warning',
      ...(fix === undefined ? {} : { fix }),
    }),
  ];
}

interface Sight {
  readonly table: TableFacts | undefined;
  readonly seen: Seen;
}

async function look(workplace: Workplace, demand: Demand, samples: number): Promise<Sight> {
  const { ask, basis } = demand;
  if (ask.kind === 'foreign-key') {
    const seen = await readOnly(workplace, async (db) => lookAtReference(db, { ...demand, ask }));
    if (seen) return { table: undefined, seen };
  }
  if (ask.kind === 'refused' && ask.first) {
    const sight = await look(workplace, ask.first, samples);
    if (sight.seen.findings?.some(({ message }) => message.includes('(42804)'))) return sight;
  }
  if (ask.kind === 'refused' && basis.kind === 'holds') return { table: undefined, seen: refused(demand, ask) };
  if (ask.kind === 'domain' && basis.kind === 'rows')
    return { table: undefined, seen: await readOnly(workplace, async (db) => lookAtDomain(db, { ...demand, ask })) };
  if (ask.kind === 'cast' || ask.kind === 'insert' || ask.kind === 'partition') {
    const seen = await lookAtValues(workplace, demand, samples);
    if (seen) return seen;
  }
  if (basis.kind === 'holds' && demand.index?.state !== 'present')
    return { table: undefined, seen: { status: 'ok', detail: basis.reason } };
  if (basis.kind === 'holds' || basis.kind === 'unresolved') {
    const { origin } = demand;
    const table = origin && (await readOnly(workplace, async (db) => readTable(db, origin)));
    const named = nameless(demand) ?? lookAtName(demand, table);
    const status = basis.kind === 'holds' ? 'ok' : 'unresolved';
    return { table, seen: named?.status === 'fails' ? named : { status, detail: basis.reason } };
  }
  try {
    return await readOnly(workplace, async (db) => {
      const table = await readTable(db, basis.table);
      const seen = lookAtName(demand, table) ?? (await lookAtAsk(db, workplace, demand, table, samples));
      return { table, seen: withBasis(demand, seen) };
    });
  } catch (error) {
    if (!(error instanceof MsgdbError) || ENDS.has(error.code)) throw error;
    const converts = ask.kind === 'rows' && ask.as === 'type' && sqlstateOf(error) === '42883';
    const detail = converts
      ? 'PostgreSQL does not convert these values by itself: without USING it may refuse to (42804)'
      : stripped(error.message);
    return { table: undefined, seen: { status: 'unresolved', detail } };
  }
}

/** What is asked of a table as it is, whatever is known of its rows; undefined where it is not there. */
async function lookAtValues(workplace: Workplace, demand: Demand, samples: number): Promise<Sight | undefined> {
  const { ask, origin } = demand;
  try {
    return await readOnly(workplace, async (db) => {
      if (ask.kind === 'insert' && (!origin || demand.basis.kind === 'holds')) {
        const table = origin && (await readTable(db, origin));
        return { table: undefined, seen: await lookAtInsert(db, { ...demand, ask }, table) };
      }
      if (!origin) return undefined;
      const table = await readTable(db, origin);
      refuseHiddenRows(table);
      if (ask.kind === 'partition')
        return { table: undefined, seen: await lookAtPartition(db, { ...demand, ask }, samples) };
      if (ask.kind === 'cast')
        return { table, seen: withBasis(demand, await lookAtCast(db, { ...demand, ask }, table, samples)) };
      if (ask.kind !== 'insert') return undefined;
      return { table: undefined, seen: withBasis(demand, await lookAtInsert(db, { ...demand, ask }, table)) };
    });
  } catch (error) {
    if (!(error instanceof MsgdbError) || ENDS.has(error.code)) throw error;
    return { table: undefined, seen: { status: 'unresolved', detail: stripped(error.message) } };
  }
}

/** What is true of every demand alike. */
const ENDS: ReadonlySet<ErrorCode> = new Set(
  (Object.keys(CODES) as ErrorCode[]).filter(
    (code) =>
      [3, 4, 130, 143].includes(CODES[code].exit) &&
      code !== 'MSGDB_PERMISSION_DENIED' &&
      code !== 'MSGDB_LOCK_TIMEOUT',
  ),
);

/** That a name is taken is so whatever the rows are. */
function nameless(demand: Demand): Seen | undefined {
  return demand.ask.kind === 'taken' ? taken(demand, demand.ask) : undefined;
}

function taken(demand: Demand, { what, sqlstate }: Extract<Ask, { kind: 'taken' }>): Seen {
  const detail = `${what} is there already`;
  return {
    status: 'fails',
    detail,
    findings: [findingOn(demand, 'MSGDB_NAME_TAKEN', `The statement will fail (${sqlstate}): ${detail}.`)],
  };
}

function refused(demand: Demand, { what, sqlstate }: Extract<Ask, { kind: 'refused' }>): Seen {
  return {
    status: 'fails',
    detail: what,
    findings: [findingOn(demand, 'MSGDB_PENDING_REFUSED', `The statement will fail (${sqlstate}): ${what}.`)],
  };
}

async function lookAtAsk(
  db: Queryable,
  workplace: Workplace,
  demand: Demand,
  table: TableFacts,
  samples: number,
): Promise<Seen> {
  const { ask } = demand;
  if (ask.kind === 'taken') return taken(demand, ask);
  if (ask.kind === 'refused') return refused(demand, ask);
  if (
    ask.kind === 'index' ||
    ask.kind === 'domain' ||
    ask.kind === 'cast' ||
    ask.kind === 'insert' ||
    ask.kind === 'partition'
  )
    return { status: 'ok', detail: 'no row can break it' };
  if (ask.kind === 'adopt') return lookAtAdopted({ ...demand, ask }, table);
  refuseHiddenRows(table);
  if (ask.kind === 'rows') return await lookAtRows(db, { ...demand, ask }, table, samples);
  if (ask.kind === 'foreign-key') return await lookAtForeignKey(db, { ...demand, ask }, table, samples);
  if (demand.index?.ifNotExists && demand.index.state === 'present') {
    return await lookAtKept(db, workplace, { ...demand, ask }, table);
  }
  if (ask.key.length === 0) return await lookAtConstantKey(db, { ...demand, ask }, table);
  return await lookAtUnique(db, workplace, { ...demand, ask }, table.table, samples);
}

/** Rows that will be gone may be those that are wrong; rows that will have come may be wrong. */
function withBasis({ basis, ask }: Demand, seen: Seen): Seen {
  const open = basis.kind === 'fewer' ? 'fails' : basis.kind === 'more' ? 'ok' : undefined;
  if (open === undefined || seen.status !== open || !('reason' in basis)) return seen;
  if (ask.kind === 'index' || ask.kind === 'taken' || ask.kind === 'adopt') return seen;
  const { detail, rows, command } = seen;
  const { reason } = basis;
  const now =
    seen.target && rows !== undefined && command !== undefined ? { detail, rows, reason, command } : undefined;
  return { status: 'unresolved', detail: `now ${detail}; ${reason}`, ...(now && { now }) };
}

/** 25001, whatever the rows are. */
function judgeTransaction(demand: Demand): readonly Finding[] {
  const { concurrently, inTransaction } = demand.build;
  if (!concurrently) return [];
  if (inTransaction === 'by version') {
    const message = 'Older versions of the runner send the file as one transaction: then CONCURRENTLY fails (25001).';
    return [findingOn(demand, 'MSGDB_CONCURRENT_IN_TRANSACTION', message, { level: 'warning' })];
  }
  if (inTransaction !== true) return [];
  return [
    findingOn(demand, 'MSGDB_CONCURRENT_IN_TRANSACTION', 'CONCURRENTLY will fail (25001): it is run in a transaction.'),
  ];
}

function judgeLock(demand: Demand, lock: PreflightLock | null): readonly Finding[] {
  if (!lock || lock.bytes <= SMALL_TABLE_BYTES) return [];
  const size = `${lock.rows === null ? '' : `about ${countOf(lock.rows, 'row')}, `}${megabytes(lock.bytes)}`;
  const message = `It blocks ${lock.blocks} of ${tableLabel(demand.table)} until it has read all of it (${size}).`;
  return [findingOn(demand, 'MSGDB_BUILD_BLOCKS', message, { level: 'warning' })];
}

function megabytes(bytes: number): string {
  const size = bytes / 1024 ** 2;
  return size < 1024 ? `${Math.round(size)} MB` : `${(size / 1024).toFixed(1)} GB`;
}
