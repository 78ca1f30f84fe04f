import type { PlannedDedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { allowLosers } from '../../plan/refusals/limit-losers.ts';
import { capital, listTriggers, offAndOn, triggerData } from './describe-trigger.ts';
import { readAuthors } from './read-authors.ts';

/** Stops when losers have grown past the plan by more than the limit lets them. */
export async function refuseGrowth(db: Queryable, dedupe: PlannedDedupe, losers: number): Promise<void> {
  if (losers <= dedupe.limit) return;
  const authors = await readAuthors(db, dedupe);
  throw new MsgdbError('MSGDB_BLAST_RADIUS', {
    what: `${tableLabel(dedupe.key.table)} has more duplicates than when the plan was made: ${losers} would be removed, and the limit is ${dedupe.limit}.`,
    ...(authors.length === 0
      ? { fix: `Run the same command again: it makes a new plan. ${allowLosers(losers)}` }
      : {
          why: `The application has written more copies, or triggers write them when msgdb changes rows. ${capital(listTriggers(authors))} may do that.`,
          fix: `If a trigger does, disable it while msgdb works: ${offAndOn(authors)} If none does, run the same command again: it makes a new plan.`,
          data: { trigger: authors.map(triggerData) },
        }),
  });
}
