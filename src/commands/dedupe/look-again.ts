import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import { removableOf, type Seen } from './see-rules.ts';

/** What the person has agreed to: what was shown before anything was done, or whatever is found. */
export type Agreed = 'to all' | 'to what was shown';

/**
 * Looks once more at a rule whose table an earlier one has changed: rows that were re-pointed to one survivor can be copies of
 * each other by now.
 * @throws MsgdbError MSGDB_CONFIRMATION_NEEDED where that removes rows that were not shown, and the refusals of the new plan.
 */
export function lookAgain<Each extends Seen>(
  look: (each: Each) => Promise<readonly Each[]>,
  agreed: Agreed,
): (each: Each) => Promise<Each> {
  return async (each) => {
    const [now = each] = await look(each);
    const { table } = now.target;
    const [refusal] = now.plan.refusals;
    if (refusal) throw errorOf(refusal);
    const more = removableOf([now]) - removableOf([each]);
    if (more > 0 && agreed === 'to what was shown') throw moreThanShown(table, more);
    return now;
  };
}

function errorOf({ code, message: what, fix }: Finding): MsgdbError {
  return new MsgdbError(code, { what, fix });
}

function moreThanShown(table: string, rows: number): MsgdbError {
  return new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `${countOf(rows, 'row')} of ${table} became copies when the rows before were removed, and stay.`,
    why: 'What referred to removed rows refers to their survivors now. These copies were not among what was shown.',
    fix: 'Run the same command again: it shows them, and asks.',
  });
}
