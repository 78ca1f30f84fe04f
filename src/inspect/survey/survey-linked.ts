import { z } from 'zod';
import type { Dedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { LinkedSurvey } from '../../model/group-survey.ts';
import type { Queryable } from '../../model/statement.ts';
import type { Ties } from '../../model/ties.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { askLinking, findLinking } from '../../sql/dedupe/survey-linked.ts';

const rowSchema = z.object({ met: z.array(z.boolean()) });

/**
 * Looks for rows that depend on several groups, where what a constraint says of them between two batches is not what it says
 * in the end. What fails for a state between two batches would fail there: it links them too.
 */
export async function surveyLinked(
  db: Queryable,
  dedupe: Dedupe,
  ties: Ties,
  places: string | undefined,
): Promise<readonly LinkedSurvey[]> {
  const linking = findLinking(dedupe, ties);
  if (linking.length === 0) return [];
  const found = linking.map(({ table, constraint }) => ({ table, constraint }));
  try {
    const [raw] = await withSavepoint(db, async () => db.query(askLinking(dedupe, ties, linking, places)));
    const { met } = rowSchema.parse(raw);
    return found.filter((_, place) => met[place]);
  } catch (error) {
    if (!(error instanceof MsgdbError) || !/^(?:22|23|2F|38|39|P0)/.test(sqlstateOf(error) ?? '')) throw error;
    return found.slice(0, 1);
  }
}
