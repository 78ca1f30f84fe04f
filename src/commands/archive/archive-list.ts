import { readRuns } from '../../engine/history/read-archive.ts';
import { countOf } from '../../model/count-of.ts';
import type { ArchiveReport } from '../../model/report.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { EMPTY } from './empty-report.ts';

/** Lists the runs that have rows in the archive. */
export async function archiveList(context: Context): Promise<ArchiveReport> {
  return await makeReport(context, async () => {
    const runs = await connectToRead(context, 'archive', async (workplace) => readOnly(workplace, readRuns));
    const summary =
      runs.length === 0 ? 'the archive is empty' : `${countOf(runs.length, 'run')} with rows in the archive`;
    return { command: 'archive', action: 'list', ...EMPTY, runs, ...conclude({ findings: [], summary }) };
  });
}
