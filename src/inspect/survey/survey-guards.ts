import { z } from 'zod';
import type { Dedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { GuardSurvey } from '../../model/group-survey.ts';
import type { Queryable } from '../../model/statement.ts';
import type { Ties } from '../../model/ties.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { crossingTables } from '../../sql/dedupe/crossings.ts';
import { guardCascades } from '../../sql/dedupe/guard-cascades.ts';
import { type GuardedValue, guardValues } from '../../sql/dedupe/guard-values.ts';
import type { Guarded } from '../../sql/dedupe/guarded.ts';
import { sortEachByItself } from '../../sql/dedupe/merged-values.ts';
import { countRefused, guardedRows } from '../../sql/dedupe/survey-guards.ts';
import { countTies } from '../../sql/dedupe/survey-ties.ts';

const countSchema = z.object({ rows: z.number(), sample: z.array(z.string()) });
const rowSchema = z.object({ refused: z.array(countSchema) });

/**
 * Asks every constraint that could mind what it would say of the rows as they will be. What a user wrote may fail there
 * (a division by zero, an exception of a function): then each is asked by itself, and the one that fails is named.
 */
export async function surveyGuards(
  db: Queryable,
  dedupe: Dedupe,
  ties: Ties,
  places: string | undefined,
): Promise<readonly GuardSurvey[]> {
  const values = guardValues(dedupe);
  const cascades = guardCascades(ties, dedupe);
  const guarded = [...guardedRows(dedupe), ...cascades];
  const more = cascades.length > 0 ? [...countTies(ties).tables, ...crossingTables(ties)] : [];
  if (guarded.length + values.length === 0) return [];
  for (const setting of sortEachByItself(dedupe.merges)) await db.query(setting);
  const together = await ask(db, dedupe, [...values.map((each) => each.guarded), ...guarded], { more, places });
  if (typeof together !== 'string') return together;
  const uncomputable = await askForValues(db, values, places);
  // Without the value nothing can be asked about it.
  if (uncomputable.length > 0) return uncomputable;
  const answers: GuardSurvey[] = [];
  for (const each of guarded) {
    const answer = await ask(db, dedupe, [each], { more, places });
    // An index that none of the changes is about holds what its expression gives, for all of its rows.
    if (typeof answer === 'string' && each.constraint.kind === 'damaged') continue;
    if (typeof answer === 'string') answers.push(answerOf(each, { rows: 0, sample: [] }, answer));
    else answers.push(...answer);
  }
  return answers;
}

async function askForValues(
  db: Queryable,
  values: readonly GuardedValue[],
  places: string | undefined,
): Promise<readonly GuardSurvey[]> {
  const failed: GuardSurvey[] = [];
  for (const { guarded, alone } of values) {
    const [own] = guardValues(alone);
    const answer = own && (await ask(db, alone, [own.guarded], { more: [], places }));
    if (typeof answer === 'string') failed.push(answerOf(guarded, { rows: 0, sample: [] }, answer));
  }
  return failed;
}

async function ask(
  db: Queryable,
  dedupe: Dedupe,
  guarded: readonly Guarded[],
  { more, places }: { readonly more: readonly string[]; readonly places: string | undefined },
): Promise<readonly GuardSurvey[] | string> {
  try {
    const [raw] = await withSavepoint(db, async () => db.query(countRefused(dedupe, guarded, more, places)));
    const { refused } = rowSchema.parse(raw);
    return guarded.flatMap((each, place) => {
      const counted = refused[place];
      return counted && counted.rows > 0 ? [answerOf(each, counted)] : [];
    });
  } catch (error) {
    if (!(error instanceof MsgdbError) || !isTheirs(error)) throw error;
    return error.message;
  }
}

function answerOf(
  { subject, label, moved, arrays = [], image, constraint, kept }: Guarded,
  { rows, sample }: z.infer<typeof countSchema>,
  failure?: string,
): GuardSurvey {
  return {
    subject,
    label,
    moved,
    arrays,
    table: image.table,
    constraint,
    rows,
    identity: image.identity,
    sample,
    kept,
    failure,
  };
}

/** An expression that fails for the values it gets, or a function that does: not a lost connection, a cancel or a limit. */
export function isTheirs({ data: { sqlstate = '' } }: MsgdbError): boolean {
  return /^(?:22|23|25006|2[BF0]|38|39|42|P0|0A)/.test(sqlstate);
}
