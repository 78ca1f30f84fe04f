import { parse } from 'libpg-query';
import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from '../sql/quote.ts';

/** Does an ON CONFLICT target resolve to an index, and to which? */
export type ArbiterVerdict =
  | { readonly kind: 'found'; readonly indexes: readonly string[] }
  /** 42P10: no unique index matches the target. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly message: string };

const planSchema = z.array(
  z.object({
    'QUERY PLAN': z.array(
      z.object({ Plan: z.looseObject({ 'Conflict Arbiter Indexes': z.array(z.string()).optional() }) }),
    ),
  }),
);

/**
 * Asks the planner, which is where PostgreSQL decides it (infer_arbiter_indexes); PREPARE and Describe never do. A row of
 * NULLs is planned, nothing is inserted, no sequence is used, and a READ ONLY transaction will do. The statement has a
 * savepoint, because a failed one would end the transaction.
 */
export async function probeArbiter(db: Queryable, facts: TableFacts, target: string): Promise<ArbiterVerdict> {
  await db.query(statement('savepoint msgdb_probe'));
  try {
    const rows = await db.query(
      statement(
        `explain (format json) insert into ${quoteTable(facts.table)} ${nullRow(facts)} on conflict ${target} do nothing`,
      ),
    );
    await db.query(statement('release savepoint msgdb_probe'));
    return { kind: 'found', indexes: arbitersIn(rows) };
  } catch (error) {
    const verdict = verdictOf(error, facts);
    if (!verdict) throw error;
    await db.query(statement('rollback to savepoint msgdb_probe'));
    await db.query(statement('release savepoint msgdb_probe'));
    return verdict;
  }
}

/** One target to be asked for. */
export interface Probe {
  readonly facts: TableFacts;
  readonly target: string;
  /** Has it parameters? They are planned for any value, as from the sixth execution on. Needs version 16. */
  readonly parameter: boolean;
}

/** Immutable functions of constants in a target run while it is planned. */
const LONGEST_PROBE_MS = 5_000;

/** So many probes travel together. */
const PIPELINED = 8;

/**
 * Asks for many targets, each in a READ ONLY transaction of its own: the statements of one simple query are one, which
 * holds through a pooler too, and costs one journey (1,000 probes: 0.06 s). Not to be called within a transaction.
 */
export async function probeArbiters(
  session: Queryable,
  probes: readonly Probe[],
  lockTimeoutMs: number,
): Promise<readonly ArbiterVerdict[]> {
  const verdicts: ArbiterVerdict[] = [];
  for (let first = 0; first < probes.length; first += PIPELINED) {
    const together = probes.slice(first, first + PIPELINED);
    verdicts.push(...(await Promise.all(together.map((probe) => probeApart(session, probe, lockTimeoutMs)))));
  }
  return verdicts;
}

async function probeApart(session: Queryable, probe: Probe, lockTimeoutMs: number): Promise<ArbiterVerdict> {
  const { facts, target, parameter } = probe;
  if (!(await isOneTarget(target)))
    return { kind: 'failed', message: 'It is not one target that PostgreSQL can read.' };
  const text = `
    set transaction read only;
    set local lock_timeout = ${Math.round(lockTimeoutMs)};
    set local statement_timeout = ${LONGEST_PROBE_MS};
    explain (format json${parameter ? ', generic_plan' : ''})
    insert into ${quoteTable(facts.table)} ${nullRow(facts)} on conflict ${target} do nothing`;
  try {
    return { kind: 'found', indexes: arbitersIn((await session.query(statement(text))).flat()) };
  } catch (error) {
    const verdict = verdictOf(error, facts);
    if (!verdict) throw error;
    return verdict;
  }
}

const oneTargetSchema = z.object({
  stmts: z.tuple([
    z.object({
      stmt: z.object({
        InsertStmt: z.object({
          onConflictClause: z.object({ action: z.literal('ONCONFLICT_NOTHING') }),
          returningClause: z.undefined().optional(),
          returningList: z.undefined().optional(),
        }),
      }),
    }),
  ]),
});

/**
 * The text comes from somebody's source, and a simple query runs every statement it holds: what ends the clause, or the
 * transaction, is not asked for. Nor is a backslash: without standard_conforming_strings the server reads it otherwise.
 */
async function isOneTarget(target: string): Promise<boolean> {
  if (target.includes('\\')) return false;
  const tree = await parse(`insert into t values (1) on conflict ${target} do nothing`).catch(() => undefined);
  return oneTargetSchema.safeParse(tree).success;
}

/** A DEFAULT could fail while planning (22012), so every column that takes a value is given NULL. */
function nullRow({ kind, columns }: TableFacts): string {
  const given = kind === 'view' ? [] : columns.filter((column) => !column.generated && !column.identityAlways);
  if (given.length === 0) return 'default values';
  return `(${given.map((column) => quoteName(column.name)).join(', ')}) values (${given.map(() => 'null').join(', ')})`;
}

/** Of several statements in one query the driver gives a list for each (3.4.9); the plan is in the last. */
function arbitersIn(rows: readonly unknown[]): readonly string[] {
  const plan = planSchema.parse(rows)[0]?.['QUERY PLAN'][0]?.Plan;
  return plan?.['Conflict Arbiter Indexes'] ?? [];
}

/** What a failed probe says; undefined where it says nothing about the target. */
function verdictOf(error: unknown, facts: TableFacts): ArbiterVerdict | undefined {
  const judged =
    error instanceof MsgdbError && ['MSGDB_DATABASE_ERROR', 'MSGDB_PERMISSION_DENIED'].includes(error.code);
  if (!judged) return undefined;
  const { sqlstate, routine } = error.data;
  if (sqlstate === '42P10' && routine === 'infer_arbiter_indexes') return { kind: 'missing' };
  // Privileges are checked after the arbiter was found.
  if (sqlstate === '42501' && facts.privileges.select) return { kind: 'found', indexes: [] };
  return { kind: 'failed', message: error.message };
}
