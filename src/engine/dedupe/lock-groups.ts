import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { Queryable } from '../../model/statement.ts';
import { countOpen, followMoved, lockRows } from '../../sql/dedupe/rank.ts';
import type { Batch } from '../../sql/dedupe/stage.ts';

/** Rows that were followed are locked, so the second try finds them; a third is for rows that moved in between. */
const MOST_TRIES = 3;

/**
 * Locks and ranks the rows of a range of groups. Rows that the application has updated since they were staged are
 * followed by their primary key: a conversation that is written to all the time would never be whole otherwise.
 * @returns how many groups are left to the next pass
 */
export async function lockGroups(tx: Queryable, dedupe: PlannedDedupe, range: Batch, ranked: string): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    let found = 0;
    for (const each of lockRows(dedupe, range, ranked)) found = (await tx.query(each.statement)).count;
    if (found === range.rows) return 0;
    const [counted] = await tx.query(countOpen(range, ranked));
    const open = Number(counted?.groups);
    if (open === 0 || dedupe.image.identity.length === 0 || tries === MOST_TRIES) return open;
    const [followed] = await tx.query(followMoved(dedupe, range, ranked));
    if (Number(followed?.rows) === 0) return open;
  }
}
