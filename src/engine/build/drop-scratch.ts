import type { TableName } from '../../model/facts.ts';
import { dropIndex } from '../../sql/index-ddl.ts';
import { lockSettings, retryLock } from '../run/retry-lock.ts';
import type { Run } from '../run/workplace.ts';
import { dropConcurrently } from './attempt-build.ts';

/** An index that was made for the time of a build. */
export interface ScratchIndex extends TableName {
  readonly table: TableName;
  readonly partitioned: boolean;
}

/** Drops it: concurrently, which a partitioned index cannot be (0A000). */
export async function dropScratch(run: Run, index: ScratchIndex): Promise<void> {
  if (!index.partitioned) return await dropConcurrently(run, index);
  await retryLock(run, index.table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) => tx.query(dropIndex(index))),
  );
}
