import { z } from 'zod';
import { readTextual } from '../../catalog/read-textual.ts';
import type { Dedupe } from '../../model/dedupe.ts';
import { findOutdated } from '../../sql/dedupe/planned-groups.ts';
import type { LeftOut } from '../execute/run-planned.ts';
import { stopIfInterrupted } from '../run/interrupt.ts';
import { lookOnly } from '../run/look-only.ts';
import type { Workplace } from '../run/workplace.ts';
import { type PlanFile, readMembers } from './read-plan-file.ts';

const rowSchema = z.object({ grp: z.coerce.number(), reason: z.enum(['gone', 'changed']) });
const NUMBERS_TOLD = 20;

/** Groups of a plan whose rows are not there any more or have other contents, by looking alone. */
export async function findOutdatedGroups(
  workplace: Workplace,
  plan: PlanFile,
  place: number,
  dedupe: Dedupe,
): Promise<readonly LeftOut[]> {
  const reasons = await lookOnly(workplace, async (db) => {
    const textual = await readTextual(db, dedupe.key.table);
    const found = new Map<number, 'gone' | 'changed'>();
    for await (const lines of readMembers(plan, place)) {
      stopIfInterrupted(workplace.signal);
      for (const raw of await db.query(findOutdated({ dedupe, textual }, lines))) {
        const { grp, reason } = rowSchema.parse(raw);
        // The lines of a group may be read in two parts: one row that is gone is the stronger reason.
        if (found.get(grp) !== 'gone') found.set(grp, reason);
      }
    }
    return found;
  });
  return (['changed', 'gone'] as const).flatMap((reason) => {
    const groups = [...reasons].filter(([, each]) => each === reason).map(([group]) => group);
    return groups.length === 0 ? [] : [{ reason, groups: groups.length, first: groups.slice(0, NUMBERS_TOLD) }];
  });
}
