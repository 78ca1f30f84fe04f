import { archivedImages } from '../../model/archived-images.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { Queryable } from '../../model/statement.ts';
import { queryTogether } from '../../session/query-together.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import { createArchive, findArchive } from '../../sql/history-schema.ts';
import { tryKey } from './try-key.ts';

/** What has to be there before the first batch. */
export async function prepare(run: Run, dedupe: PlannedDedupe): Promise<void> {
  await retryLock(run, dedupe.key.table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) => prepareIn(tx, dedupe)),
  );
}

/** The same in the caller's transaction. */
export async function prepareIn(tx: Queryable, dedupe: PlannedDedupe): Promise<void> {
  await tryKey(tx, dedupe);
  for (const image of archivedImages(dedupe)) {
    const [there] = await tx.query(findArchive(image));
    // Altering one that somebody reads would wait for its reader, and the writers of the table for us.
    if (there) continue;
    await queryTogether(tx, createArchive(image));
  }
}
