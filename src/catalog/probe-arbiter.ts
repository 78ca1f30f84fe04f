import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import { type Queryable, type Row, statement } from '../model/statement.ts';
import { withSavepoint } from '../session/savepoint.ts';
import { parse } from '../sql/parse-sql.ts';
import * as sql from '../sql/probe.ts';

/** Does an ON CONFLICT target resolve to an index, and to which? */
export type ArbiterVerdict =
  | { readonly kind: 'found'; readonly indexes: readonly string[] }
  /** To one that the role may not see: it lacks a privilege on the table. */
  | { readonly kind: 'unnamed' }
  /** 42P10: no unique index matches the target. */
  | { readonly kind: 'missing' }
  /** The target was not judged; what kept it from that. */
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Asks the planner, which is where PostgreSQL decides it (infer_arbiter_indexes); PREPARE and Describe never do. A row
 * of NULLs is planned, nothing is inserted, no sequence is used, and a READ ONLY transaction will do.
 */
export async function probeArbiter(db: Queryable, facts: TableFacts, target: string): Promise<ArbiterVerdict> {
  return await judge(
    async () => withSavepoint(db, async () => db.query(sql.explainProbe(facts, target))),
    async () => withSavepoint(db, async () => db.query(sql.parseProbe(facts, target))),
  );
}

/** One target to be asked for. */
export interface Probe {
  readonly facts: TableFacts;
  readonly target: string;
  /** Has it parameters? They are planned for any value, as from the sixth execution on. */
  readonly parameter: boolean;
}

/** How many probes are sent together. */
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
  const verdicts = new Map<Probe, ArbiterVerdict>();
  const whole = probes.filter(({ parameter }) => !parameter);
  for (let first = 0; first < whole.length; first += PIPELINED) {
    const together = whole.slice(first, first + PIPELINED);
    await Promise.all(together.map(async (each) => verdicts.set(each, await probeApart(session, each, lockTimeoutMs))));
  }
  // Each takes several journeys in one transaction, so they cannot travel together.
  for (const each of probes.filter(({ parameter }) => parameter)) {
    verdicts.set(each, await probeForAnyValue(session, each, lockTimeoutMs));
  }
  return probes.flatMap((each) => verdicts.get(each) ?? []);
}

async function probeApart(session: Queryable, probe: Probe, lockTimeoutMs: number): Promise<ArbiterVerdict> {
  const { facts, target } = probe;
  if (!(await isOneTarget(target))) return NOT_ONE_TARGET;
  return await judge(
    async () => session.query(sql.apart(sql.explainProbe(facts, target), lockTimeoutMs)),
    async () => session.query(sql.apart(sql.parseProbe(facts, target), lockTimeoutMs)),
  );
}

async function probeForAnyValue(session: Queryable, probe: Probe, lockTimeoutMs: number): Promise<ArbiterVerdict> {
  const { facts, target } = probe;
  if (!(await isOneTarget(target))) return NOT_ONE_TARGET;
  let parameters: number;
  try {
    const rows = await session.query(sql.prepareProbe(facts, target, lockTimeoutMs));
    parameters = parametersSchema.parse(rows.flat().at(-1)).parameters;
  } catch (error) {
    await session.query(statement('rollback'));
    return notJudged(error);
  }
  try {
    return await judge(
      async () => session.query(sql.explainPrepared(parameters)),
      async () => undefined,
    );
  } finally {
    await session.query(sql.forgetPrepared());
  }
}

/**
 * What the planner says. A missing privilege (42501) is reported when the statement starts, so an arbiter was found;
 * but for what the target names it is reported when the statement is read, and then nothing is known.
 */
async function judge(
  explain: () => Promise<readonly Row[]>,
  parseAgain: () => Promise<unknown>,
): Promise<ArbiterVerdict> {
  try {
    return { kind: 'found', indexes: arbitersIn(await explain()) };
  } catch (error) {
    if (!(error instanceof MsgdbError)) throw error;
    const { sqlstate, routine } = error.data;
    if (sqlstate === '42P10' && routine === 'infer_arbiter_indexes') return { kind: 'missing' };
    if (sqlstate !== '42501') return notJudged(error);
  }
  try {
    await parseAgain();
    return { kind: 'unnamed' };
  } catch (error) {
    return notJudged(error);
  }
}

const NOT_ONE_TARGET = { kind: 'failed', message: 'It is not one target that PostgreSQL can read.' } as const;

function notJudged(error: unknown): ArbiterVerdict {
  if (!isAboutStatement(error)) throw error;
  const fix = error.data.sqlstate === '42501' ? ' Grant USAGE or EXECUTE on it to the role.' : '';
  return { kind: 'failed', message: `${error.message}${fix}` };
}

/** The others, of a lost connection or a lock, say nothing about the target. */
function isAboutStatement(error: unknown): error is MsgdbError {
  return error instanceof MsgdbError && ['MSGDB_DATABASE_ERROR', 'MSGDB_PERMISSION_DENIED'].includes(error.code);
}

const parametersSchema = z.object({ parameters: z.number() });

const planSchema = z.array(
  z.object({
    'QUERY PLAN': z.array(
      z.object({ Plan: z.looseObject({ 'Conflict Arbiter Indexes': z.array(z.string()).optional() }) }),
    ),
  }),
);

/** Of several statements in one query the driver gives a list for each (3.4.9); the plan is in the last. */
function arbitersIn(rows: readonly unknown[]): readonly string[] {
  const plan = planSchema.parse(rows.flat())[0]?.['QUERY PLAN'][0]?.Plan;
  return plan?.['Conflict Arbiter Indexes'] ?? [];
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
