import type { Report } from '../../model/report.ts';
import { startTimer } from '../../model/start-timer.ts';
import type { Context } from '../context/context.ts';
import { databaseLabel } from '../context/with-database.ts';
import { recordTimeline } from './record-timeline.ts';

/** A report before its command has ended. */
export type Unfinished<Made extends Report> = Omit<Made, 'durationMs'>;

type Finished<Made> = Made & Pick<Report, 'durationMs' | 'database' | 'timeline'>;

/**
 * Runs a command and makes its report: measures how long it took, without the time in which a person was asked, keeps
 * what happened meanwhile, and names the database, unless the command has named another one.
 */
export async function makeReport<Made extends Pick<Report, 'verdict' | 'database'>>(
  context: Context,
  work: (context: Context) => Promise<Made>,
): Promise<Finished<Made>> {
  const elapsed = startTimer();
  let waited = 0;
  const timeline = recordTimeline(context.emit, () => elapsed() - waited);
  const made = await work({
    ...context,
    emit: timeline.listen,
    confirm: async (question, seen) => {
      const waiting = startTimer();
      const answer = await context.confirm(question, seen);
      waited += waiting();
      return answer;
    },
  });
  const database = made.database ?? databaseLabel(context);
  return {
    ...made,
    durationMs: Math.round(elapsed() - waited),
    ...(database === undefined ? {} : { database }),
    ...(timeline.entries().length === 0 ? {} : { timeline: timeline.entries() }),
  };
}
