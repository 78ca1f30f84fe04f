import { MsgdbError } from '../../model/errors.ts';
import type { TargetReport } from '../../model/target-report.ts';
import type { Context } from './context.ts';

/** What is asked, and what it is about. */
export interface Confirmation {
  readonly question: string;
  /** What would be done, as in `purging`. */
  readonly action: string;
  /** What has been seen of it: shown before the question. */
  readonly seen?: readonly TargetReport[];
}

/**
 * Asks before something is done that no reviewed file names.
 * @throws MsgdbError MSGDB_CONFIRMATION_NEEDED when the answer is no, or there is no terminal to ask on.
 */
export async function askFirst(context: Context, { question, action, seen = [] }: Confirmation): Promise<void> {
  if (await context.confirm(question, seen)) return;
  throw new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `Nothing was changed: ${action} was not confirmed.`,
    why: 'The answer was no.',
    fix: 'Run the command again when you are sure, and answer yes.',
  });
}
