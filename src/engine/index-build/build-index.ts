import type { PlannedDedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { IndexFacts } from '../../model/facts.ts';
import { NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import type { IndexBuild } from '../../model/plan.ts';
import { columnsOf, isSameInOrder } from '../../model/same-columns.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { Run } from '../../session/workplace.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { recordAdopted, recordOnce } from '../history/record-once.ts';
import { type Attempt, attemptBuild, dropConcurrently, findIndex } from './attempt-build.ts';
import { type Adopt, attemptPartitions } from './build-partitions.ts';
import { climbLadder } from './climb-ladder.ts';
import { explainFailure } from './explain-failure.ts';

/**
 * Builds an index while the application writes: a unique one by the ladder, which removes the copies that come
 * meanwhile; any other in one attempt.
 * @throws MsgdbError MSGDB_DUPLICATES_FOUND when copies came in every round.
 */
export async function buildConcurrently(
  run: Run,
  build: IndexBuild,
  origin: Origin,
  dedupe: PlannedDedupe | undefined,
): Promise<Outcome> {
  await recordOnce(run.session, origin, 'built-index', { table: build.table, index: build.name });
  try {
    if (dedupe) return await climbLadder({ run, build, dedupe, origin });
    await buildOnce(run, build, recordAdopted(run, origin));
    return NOTHING_DONE;
  } catch (error) {
    throw explainFailure(error, build, dedupe);
  }
}

/**
 * Builds an index for looking up the rows that refer to one that goes. One that is not kept is no change of the
 * database: the next run recognizes it by its name. On a partitioned table undo leaves a kept one: indexes that
 * partitions had before may have become its parts.
 */
export async function indexReference(
  run: Run,
  { build, kept }: { readonly build: IndexBuild; readonly kept: boolean },
  origin: Origin,
): Promise<void> {
  // Another rule of the same table may have had it made since this was planned.
  const there = build.partitioned ? undefined : await findIndex(run, build);
  if (there?.valid && servesReference(there, build)) return;
  if (there?.valid) throw differs(build);
  if (kept && !build.partitioned)
    await recordOnce(run.session, origin, 'indexed-reference', { table: build.table, index: build.name });
  await buildOnce(run, build, async () => undefined);
}

function servesReference({ key, predicate, method, exclusion }: IndexFacts, build: IndexBuild): boolean {
  const columns = build.columns.map((part) => ('column' in part ? part.column : undefined));
  return predicate === undefined && !exclusion && method === build.method && isSameInOrder(columnsOf({ key }), columns);
}

/** Taken for the planned one, every row that goes would be looked up by reading the whole table. */
function differs({ table, name }: IndexBuild): MsgdbError {
  return new MsgdbError('MSGDB_INDEX_DIFFERS', {
    what: `An index ${name} was made on ${tableLabel(table)} meanwhile, with other columns or another predicate than planned.`,
    fix: 'Run the same command again: it chooses a name that is free.',
  });
}

async function buildOnce(run: Run, build: IndexBuild, adopt: Adopt): Promise<void> {
  const attempt = await attemptOnce(run, build, adopt);
  if (attempt.kind === 'built') return;
  const left = attempt.left === 'fence' ? await findIndex(run, build) : undefined;
  if (left) await dropConcurrently(run, left);
  throw attempt.error;
}

async function attemptOnce(run: Run, build: IndexBuild, adopt: Adopt): Promise<Attempt> {
  if (build.partitioned) return await attemptPartitions(run, build, adopt);
  const left = await findIndex(run, build);
  if (left && !left.valid) await dropConcurrently(run, left);
  return await attemptBuild(run, build);
}
