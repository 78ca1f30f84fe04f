import type { Outcome } from '../../model/outcome.ts';
import type { ResolvedRelink } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { queryTogether } from '../../session/query-together.ts';
import type { Run } from '../../session/workplace.ts';
import { createArchive, dropEmptyEntries, type Origin } from '../../sql/history-schema.ts';
import { relinkRows } from '../../sql/relink.ts';
import { runBatch } from '../dedupe/run-batch.ts';

/** Fills lost references, in one transaction. */
export async function relinkLost(tx: Queryable, run: Run, relink: ResolvedRelink, origin: Origin): Promise<Outcome> {
  for (const image of [relink.child, relink.parent]) {
    await queryTogether(tx, createArchive(image));
  }
  const outcome = await runBatch(tx, relinkRows(relink, origin));
  await tx.query(dropEmptyEntries(run.id));
  return outcome;
}
