import type { PlannedDedupe } from '../../model/dedupe.ts';
import { NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import { batchSettings } from '../../session/batch-settings.ts';
import { retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import { absorbLosers } from '../../sql/dedupe/absorb.ts';
import { judgeRanked } from '../../sql/dedupe/judge-ranked.ts';
import { lockHashes } from '../../sql/dedupe/lock-hashes.ts';
import { rankedTable } from '../../sql/dedupe/rank.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { refuseGrowth } from './refuse-growth.ts';
import { runBatch } from './run-batch.ts';
import { EVERY_ROW_AGAIN, findSuspects, inOneMoment } from './stage-groups.ts';

/**
 * Groups that passes cannot settle, because their rows have moved each time before they could be locked: without a
 * primary key such a row is not found again. Their rows are locked as they are found, all in one batch; whoever writes to
 * them waits while the table is read once. Nothing is done where they are too many, or their key has no hash. `removed`: rows
 * that the step has removed before these.
 * @throws MsgdbError MSGDB_BLAST_RADIUS
 */
export async function removeBusy(run: Run, dedupe: PlannedDedupe, origin: Origin, removed: number): Promise<Outcome> {
  const { hashes } = await inOneMoment(run, async (tx) => findSuspects(tx, dedupe.key, EVERY_ROW_AGAIN));
  if (hashes === undefined) return NOTHING_DONE;
  const ranked = rankedTable(0);
  const statements = [
    ...lockHashes(dedupe, ranked, hashes),
    ...judgeRanked(dedupe, ranked),
    ...absorbLosers(dedupe, 0, origin),
  ];
  return await retryLock(run, dedupe.key.table, async () =>
    run.session.transaction({ settings: batchSettings(run) }, async (tx) => {
      const outcome = await runBatch(tx, statements);
      await refuseGrowth(tx, dedupe, removed + outcome.removed);
      return outcome;
    }),
  );
}
