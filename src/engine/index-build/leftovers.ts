import { type Leftovers, readLeftovers, type ScratchIndex } from '../../catalog/read-leftovers.ts';
import { findWorkTables } from '../../catalog/work-tables.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { KeptFence } from '../../model/kept-fence.ts';
import { isReferenceIndex } from '../../model/scratch-index.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { readUnfinished } from '../../session/blockers.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import { dropIndex } from '../../sql/index-ddl.ts';
import { dropWorkTables } from '../dedupe/drop-work-tables.ts';
import { dropConcurrently } from './attempt-build.ts';
import { takeDownFence } from './raise-fence.ts';

/** A drop waits for every transaction that uses the table; the end of a run does not wait for ever. */
const SWEEP_TIMEOUT_MS = 30_000;

/** Is there anything that a run which ended before its time has left, or is about to? Builds' own, or work tables. */
export async function hasLeftovers(db: Queryable): Promise<boolean> {
  const { fences, indexes } = await readLeftovers(db);
  return (
    fences.length + indexes.length > 0 || (await findWorkTables(db)).length > 0 || (await readUnfinished(db)).length > 0
  );
}

/**
 * Clears away work tables and what builds left, at the end of a run. An interrupted run takes its fences down and leaves
 * the indexes: dropping those waits for every older transaction, and the next run makes use of them. What cannot be
 * cleared away is named.
 */
export async function sweepAll(run: Run): Promise<void> {
  const [{ fences, indexes, kept }, tables] = await Promise.all([
    readLeftovers(run.session),
    findWorkTables(run.session),
  ]);
  await sweepBuilds(run, { fences, indexes });
  for (const fence of kept.filter(({ runId }) => runId !== run.id)) noteKept(run, fence);
  await dropReferences(run, indexes);
  if (tables.length === 0) return;
  const sweeping = { ...run, signal: new AbortController().signal };
  // Somebody may read them: a pg_dump locks every table.
  await clear(sweeping, 'work tables', async () =>
    retryLock(sweeping, undefined, async () =>
      run.session.transaction({ settings: lockSettings(run) }, async (tx) => dropWorkTables(tx)),
    ),
  );
}

/** The same for builds alone: work tables may still be needed. */
export async function sweepLeftovers(run: Run): Promise<void> {
  await sweepBuilds(run, await readLeftovers(run.session));
}

async function sweepBuilds(run: Run, { fences, indexes }: Pick<Leftovers, 'fences' | 'indexes'>): Promise<void> {
  const sweeping = sweepingFrom(run);
  for (const fence of fences) {
    await clear(sweeping, `the fence for ${fence.index} on ${tableLabel(fence.table)}`, async () =>
      takeDownFence(sweeping, fence),
    );
  }
  await dropEach(
    run,
    indexes.filter(({ name }) => !isReferenceIndex(name)),
  );
}

function noteKept(run: Run, { table, key, until }: KeptFence): void {
  const label = tableLabel(table);
  const message = `the fence on ${label} ${key} stays until ${until}; \`msgdb fence drop\` takes it down`;
  run.emit({ kind: 'note', message });
}

/** Drops the indexes by which children were looked up, `mine` in any case. */
export async function sweepReferences(run: Run, mine: string): Promise<void> {
  await dropReferences(run, (await readLeftovers(run.session, mine)).indexes);
}

async function dropReferences(run: Run, indexes: readonly ScratchIndex[]): Promise<void> {
  await dropEach(
    run,
    indexes.filter(({ name }) => isReferenceIndex(name)),
  );
}

async function dropEach(run: Run, indexes: readonly ScratchIndex[]): Promise<void> {
  const sweeping = sweepingFrom(run);
  for (const index of indexes) {
    const what = `index ${index.name} on ${tableLabel(index.table)}`;
    if (run.signal.aborted) run.emit({ kind: 'note', message: `${what} is left: the next run continues with it` });
    else await clear(sweeping, what, async () => dropScratch(sweeping, index));
  }
}

function sweepingFrom(run: Run): Run {
  const settings = { ...run.settings, indexTimeoutMs: SWEEP_TIMEOUT_MS };
  return { ...run, settings, signal: new AbortController().signal };
}

async function clear(run: Run, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // Without its session nothing was tried: that is for whoever can open another one.
    if (!(error instanceof MsgdbError) || error.code === 'MSGDB_CONNECTION_LOST') throw error;
    run.emit({ kind: 'note', message: `${what} could not be removed, and the next run tries again: ${error.message}` });
  }
}

/** Drops it: concurrently, which a partitioned index cannot be (0A000). */
async function dropScratch(run: Run, index: ScratchIndex): Promise<void> {
  if (!index.partitioned) return await dropConcurrently(run, index);
  await retryLock(run, index.table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) => tx.query(dropIndex(index))),
  );
}
