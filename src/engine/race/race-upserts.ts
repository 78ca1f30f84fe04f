import { setTimeout as sleep } from 'node:timers/promises';
import { probeArbiter } from '../../catalog/probe-arbiter.ts';
import { readTable } from '../../catalog/read-table.ts';
import { gatherFacts } from '../../inspect/facts/gather-facts.ts';
import { failed, type Verdict } from '../../inspect/verify/verdict.ts';
import { countOf } from '../../model/count-of.ts';
import type { Key } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableFacts } from '../../model/facts.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import { tableLabel } from '../../model/table-label.ts';
import { resolveRule } from '../../resolve/resolve-rule.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { stopIfInterrupted, uninterrupted } from '../../session/interrupt.ts';
import type { Session } from '../../session/open-session.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { conflictTarget, showTarget } from '../../sql/conflict-target.ts';
import * as race from '../../sql/race.ts';

/** Each round is one start of all sessions; a race that is lost now and then is not won. */
const ROUNDS = 5;
/** Longest wait for all sessions to stand at the barrier. */
const BARRIER_MS = 10_000;

/**
 * Lets several connections upsert one key at the same moment, in a scratch schema with a table like the rule's own:
 * one row and no error with the index, an error for each without. The rule's own table is read, and nothing else.
 */
export async function raceUpserts(workplace: Workplace, operation: UniqueKey, sessions: number): Promise<Verdict> {
  const { key, facts } = await readOnly(workplace, async (db) => {
    const all = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
    return { key: resolveRule(operation, all).key, facts: all.table };
  });
  const common = {
    name: 'race',
    table: tableLabel(facts.table),
    title: `${sessions} sessions upsert one key at once`,
  };
  // An interruption cancels what the command's sessions do, and the schema has to go all the same.
  const keeper = await workplace.openSession('race', uninterrupted());
  try {
    for (const left of await keeper.query(race.selectLeftoverRaces())) {
      // Another run may be about to drop it too.
      await keeper.query(race.dropRaceSchema(String(left.name))).catch(() => undefined);
    }
    const schema = race.raceSchema(keeper.pid);
    const reason = await makeSchema(keeper, schema, facts);
    if (reason !== undefined) return { ...common, status: 'skipped', code: null, detail: reason };
    try {
      return await hold({ workplace, keeper, schema, facts, key, common }, sessions);
    } finally {
      await keeper.query(race.dropRaceSchema(schema)).catch(() => undefined);
    }
  } finally {
    await keeper.close();
  }
}

interface Venue {
  readonly workplace: Workplace;
  readonly keeper: Session;
  readonly schema: string;
  readonly facts: TableFacts;
  readonly key: Key;
  readonly common: Pick<Verdict, 'name' | 'table' | 'title'>;
}

/** Gives the reason where it cannot be made. */
async function makeSchema(keeper: Session, schema: string, facts: TableFacts): Promise<string | undefined> {
  try {
    await keeper.transaction({}, async (tx) => {
      for (const each of race.createRace(schema, facts)) await tx.query(each);
    });
    return undefined;
  } catch (error) {
    if (sqlstateOf(error) === '42P06') return `the schema ${schema} is there already, and is not msgdb's`;
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_PERMISSION_DENIED') throw error;
    return 'this role may not create a schema to try it in';
  }
}

async function hold(venue: Venue, sessions: number): Promise<Verdict> {
  const { workplace, common } = venue;
  const reason = await prepare(venue);
  if (reason !== undefined) return { ...common, status: 'skipped', code: null, detail: reason };
  const racers: Session[] = [];
  try {
    for (let place = 0; place < sessions; place += 1) {
      racers.push(await workplace.openSession('racer', uninterrupted()));
    }
    return await compete({ ...venue, racers });
  } finally {
    await Promise.all(racers.map(async (racer) => racer.close()));
  }
}

/** Leaves the rule's index alone on the scratch table; gives the reason where it cannot be tried. */
async function prepare({ keeper, schema, facts, key }: Venue): Promise<string | undefined> {
  const scratch = await readTable(keeper, { schema, name: 'contest' });
  const arbiter = await keeper.transaction({}, async (tx) => probeArbiter(tx, scratch, conflictTarget(key)));
  if (arbiter.kind !== 'found') return 'no index serves the rule';
  const own = arbiter.indexes;
  const others = scratch.indexes.filter((index) => (index.unique || index.exclusion) && !own.includes(index.name));
  for (const index of others) await keeper.query(race.dropOther(schema, index));
  if ((await keeper.query(race.copySeed(schema, facts, key))).length === 0) {
    await inventSeed(keeper, schema, facts, key);
  }
  const [seed] = await keeper.query(race.isSeedCovered(schema, key));
  return seed?.covered === true ? undefined : 'the table has no row of the rule to try it with';
}

/** A type or a condition of the user's own may take no value that is made up here. */
async function inventSeed(keeper: Session, schema: string, facts: TableFacts, key: Key): Promise<void> {
  try {
    for (const each of race.inventSeed(schema, facts, key)) await keeper.query(each);
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
  }
}

interface Contest extends Venue {
  readonly racers: readonly Session[];
}

async function compete(contest: Contest): Promise<Verdict> {
  const { keeper, racers, schema, key, common, workplace } = contest;
  const clause = showTarget(key);
  for (let round = 1; round <= ROUNDS; round += 1) {
    stopIfInterrupted(workplace.signal);
    const { rows, errors } = await runRound(contest);
    if (rows === 1 && errors.length === 0) continue;
    const detail = `round ${round} of ${ROUNDS} with ${clause}: ${countOf(rows, 'row')}, ${countErrors(errors)}`;
    return failed(common, 'MSGDB_RACE_LOST', detail);
  }
  const scratch = await readTable(keeper, { schema, name: 'contest' });
  for (const index of scratch.indexes.filter(({ unique }) => unique)) await keeper.query(race.dropOther(schema, index));
  const without = await runRound(contest);
  return {
    ...common,
    status: 'ok',
    code: null,
    detail: `1 row and no error in each of ${ROUNDS} rounds of ${racers.length}; without the index ${countErrors(without.errors)}`,
  };
}

/** All at once: the barrier is opened when everybody stands at it. */
async function runRound(contest: Contest): Promise<{ readonly rows: number; readonly errors: readonly unknown[] }> {
  const { keeper, racers, schema, facts, key } = contest;
  const barrier = keeper.pid;
  await keeper.query(race.emptyContest(schema));
  await keeper.query(race.closeBarrier(barrier));
  const running = racers.map(async (racer) => racer.query(race.raceUpsert(schema, facts, key, barrier)));
  const settled = Promise.allSettled(running);
  try {
    await waitForAll(contest, barrier);
  } finally {
    await keeper.query(race.openBarrier(barrier));
  }
  const errors = (await settled).flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const [row] = await keeper.query(race.countContest(schema));
  return { rows: Number(row?.rows), errors };
}

async function waitForAll({ keeper, racers, workplace }: Contest, barrier: number): Promise<void> {
  for (const deadline = Date.now() + BARRIER_MS; Date.now() < deadline; await sleep(5)) {
    const [row] = await keeper.query(race.countWaiting(barrier));
    if (Number(row?.waiting) >= racers.length || workplace.signal.aborted) return;
  }
}

function countErrors(errors: readonly unknown[]): string {
  if (errors.length === 0) return 'no error';
  const states = [...new Set(errors.map((error) => sqlstateOf(error) ?? 'lost connection'))];
  return `${errors.length} fail with ${states.join(', ')}`;
}
