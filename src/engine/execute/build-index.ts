import { readTable } from '../../catalog/read-table.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { IndexFacts } from '../../model/facts.ts';
import type { Dedupe, IndexBuild } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { type Origin, openEntry } from '../../sql/house.ts';
import { commentIndex, createIndex, dropIndex } from '../../sql/index-ddl.ts';
import type { Run } from '../run/workplace.ts';
import { sqlstateOf } from '../session/database-error.ts';
import { addOutcomes, NOTHING_DONE, type Outcome } from './outcome.ts';
import { recordOnce } from './record-once.ts';
import { dedupeOnline } from './run-dedupe.ts';
import { withoutLockTimeout } from './without-lock-timeout.ts';

/** Rounds of "build, find that a copy has slipped in, remove it, build again". */
const MOST_ROUNDS = 3;

/** Builds an index in the caller's transaction, while writers wait. */
export async function buildLocked(
  tx: Queryable,
  build: IndexBuild,
  origin: Origin,
  dedupe: Dedupe | undefined,
): Promise<void> {
  await tx.query(openEntry(origin, 'built-index', { table: build.table, index: build.name }));
  try {
    await tx.query(createIndex(build, false));
  } catch (error) {
    throw explain(error, build, dedupe);
  }
}

/**
 * Builds an index while the application writes. A unique build that meets a copy fails and leaves an invalid index,
 * which is dropped; the copy is removed, and the build tried again.
 * @throws MsgdbError MSGDB_DUPLICATES_FOUND when copies came in every round.
 */
export async function buildConcurrently(
  run: Run,
  build: IndexBuild,
  origin: Origin,
  dedupe: Dedupe | undefined,
): Promise<Outcome> {
  await recordOnce(run.session, origin, 'built-index', { table: build.table, index: build.name });
  let outcome = NOTHING_DONE;
  for (let round = 1; ; round += 1) {
    try {
      await withoutLockTimeout(run, async () => run.session.query(createIndex(build, true)));
      const comment = commentIndex(build);
      if (comment) await run.session.query(comment);
      return outcome;
    } catch (error) {
      // Interrupted, the leftover stays for the next run: dropping it would wait for every older transaction.
      if (!run.session.lost.aborted && !run.signal.aborted) await dropInvalid(run, build);
      if (sqlstateOf(error) !== '23505' || !dedupe || round === MOST_ROUNDS) throw explain(error, build, dedupe);
      run.emit({
        kind: 'note',
        message: `a copy came while ${build.name} was being built; removing it and building again (round ${round + 1})`,
      });
      outcome = addOutcomes([outcome, await dedupeOnline(run, dedupe, origin)]);
    }
  }
}

async function dropInvalid(run: Run, build: IndexBuild): Promise<void> {
  const left = await findIndex(run, build);
  if (!left || left.valid) return;
  const index = { schema: left.schema, name: left.name };
  await withoutLockTimeout(run, async () => run.session.query(dropIndex(index, true)));
}

async function findIndex(run: Run, build: IndexBuild): Promise<IndexFacts | undefined> {
  const facts = await readTable(run.session, build.table);
  return facts.indexes.find((index) => index.name === build.name);
}

function explain(error: unknown, build: IndexBuild, dedupe: Dedupe | undefined): unknown {
  const table = `${build.table.schema}.${build.table.name}`;
  if (sqlstateOf(error) === '23505' && dedupe && dedupe.agree.length > 0) {
    return new MsgdbError('MSGDB_GROUP_DISAGREES', {
      what: `${build.name} could not be built: copies in ${table} differ in ${dedupe.agree.join(', ')}.`,
      cause: error,
    });
  }
  if (sqlstateOf(error) === '23505') {
    return new MsgdbError('MSGDB_DUPLICATES_FOUND', {
      what: `${build.name} could not be built: ${table} still has copies, or new ones came while it was built.`,
      ...(error instanceof Error ? { why: error.message } : {}),
      fix: 'Run the same command again, or with --strategy locked to keep writers out for a moment.',
      cause: error,
    });
  }
  if (sqlstateOf(error) === '42P17') {
    return new MsgdbError('MSGDB_EXPRESSION_INVALID', {
      what: `${build.name} cannot be built: its expressions and predicate must be IMMUTABLE.`,
      ...(error instanceof Error ? { why: error.message } : {}),
      fix: 'Use functions whose result depends on their arguments alone.',
      cause: error,
    });
  }
  return error;
}
