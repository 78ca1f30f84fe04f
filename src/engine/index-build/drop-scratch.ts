import type { ScratchIndex } from '../../catalog/read-leftovers.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import { dropIndex } from '../../sql/index-ddl.ts';
import { dropConcurrently } from './attempt-build.ts';

/** Drops it: concurrently, which a partitioned index cannot be (0A000). */
export async function dropScratch(run: Run, index: ScratchIndex): Promise<void> {
  if (!index.partitioned) return await dropConcurrently(run, index);
  await retryLock(run, index.table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) => tx.query(dropIndex(index))),
  );
}
