import type { ResolvedRelink } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { createArchive, dropEmptyEntries, type Origin } from '../../sql/house.ts';
import { relinkRows } from '../../sql/relink.ts';
import type { Run } from '../run/workplace.ts';
import type { Outcome } from './outcome.ts';
import { runBatch } from './run-batch.ts';

/** Fills lost references, in one transaction. */
export async function relinkLost(tx: Queryable, run: Run, relink: ResolvedRelink, origin: Origin): Promise<Outcome> {
  for (const image of [relink.child, relink.parent]) {
    for (const each of createArchive(image)) await tx.query(each);
  }
  const outcome = await runBatch(tx, relinkRows(relink, origin));
  await tx.query(dropEmptyEntries(run.id));
  return outcome;
}
