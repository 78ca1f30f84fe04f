import type { Dedupe, IndexBuild } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { type Origin, openEntry } from '../../sql/house.ts';
import { createIndex } from '../../sql/index-ddl.ts';
import { type Attempt, attemptBuild, dropConcurrently, findIndex } from '../build/attempt-build.ts';
import { attemptPartitions } from '../build/build-partitions.ts';
import { climbLadder } from '../build/climb-ladder.ts';
import { explainFailure } from '../build/explain-failure.ts';
import type { Run } from '../run/workplace.ts';
import { NOTHING_DONE, type Outcome } from './outcome.ts';
import { recordAdopted, recordOnce } from './record-once.ts';

/** Builds an index in the caller's transaction, while writers wait. */
export async function buildLocked(
  tx: Queryable,
  build: IndexBuild,
  origin: Origin,
  dedupe: Dedupe | undefined,
): Promise<void> {
  await tx.query(openEntry(origin, 'built-index', { table: build.table, index: build.name }));
  try {
    await tx.query(createIndex(build));
  } catch (error) {
    throw explainFailure(error, build, dedupe);
  }
}

/**
 * Builds an index while the application writes: a unique one by the ladder, which removes the copies that come
 * meanwhile; any other in one attempt.
 * @throws MsgdbError MSGDB_DUPLICATES_FOUND when copies came in every round.
 */
export async function buildConcurrently(
  run: Run,
  build: IndexBuild,
  origin: Origin,
  dedupe: Dedupe | undefined,
): Promise<Outcome> {
  await recordOnce(run.session, origin, 'built-index', { table: build.table, index: build.name });
  try {
    if (dedupe) return await climbLadder({ run, build, dedupe, origin });
    const attempt = await attemptOnce(run, build, origin);
    if (attempt.kind === 'built') return NOTHING_DONE;
    const left = attempt.left === 'fence' ? await findIndex(run, build) : undefined;
    if (left) await dropConcurrently(run, left);
    throw attempt.error;
  } catch (error) {
    throw explainFailure(error, build, dedupe);
  }
}

async function attemptOnce(run: Run, build: IndexBuild, origin: Origin): Promise<Attempt> {
  if (build.partitioned) return await attemptPartitions(run, build, recordAdopted(run, origin));
  const left = await findIndex(run, build);
  if (left && !left.valid) await dropConcurrently(run, left);
  return await attemptBuild(run, build);
}
