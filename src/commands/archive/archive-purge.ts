import { hasHistory } from '../../catalog/read-ledger.ts';
import { countOf } from '../../model/count-of.ts';
import type { ArchiveReport } from '../../model/report.ts';
import type { Run } from '../../session/workplace.ts';
import { markPurged, oldEntries, purgeRows } from '../../sql/archive.ts';
import { askFirst } from '../context/ask-first.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { EMPTY } from './empty-report.ts';

export interface PurgeOptions {
  readonly olderThanMs: number;
  /** Do not ask. */
  readonly yes: boolean;
}

/** Deletes the archived rows of runs older than that: the runs can no longer be undone. */
export async function archivePurge(context: Context, { olderThanMs, yes }: PurgeOptions): Promise<ArchiveReport> {
  return await makeReport(context, async (timed) => {
    if (!yes) {
      const question = `Delete the archived rows of ${runsOlderThan(olderThanMs)}? They can then not be restored.`;
      await askFirst(timed, { question, action: 'purging' });
    }
    const purgedRows = await connectAnyTime(timed, 'archive', async (run) => purge(run, olderThanMs));
    const summary = `${countOf(purgedRows, 'archived row')} deleted`;
    return { command: 'archive', action: 'purge', ...EMPTY, purgedRows, ...conclude({ findings: [], summary }) };
  });
}

async function purge({ session }: Run, olderThanMs: number): Promise<number> {
  if (!(await hasHistory(session))) return 0;
  return await session.transaction({}, async (tx) => {
    let purged = 0;
    for (const entry of await tx.query(oldEntries(olderThanMs))) {
      const [row] = await tx.query(purgeRows(String(entry.archive), Number(entry.id)));
      purged += Number(row?.rows);
      await tx.query(markPurged(Number(entry.id)));
    }
    return purged;
  });
}

/** In milliseconds; an age is written in the largest of them that it is a multiple of. */
const AGE_UNITS = [
  [31_557_600_000, 'year'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
] as const;

function runsOlderThan(age: number): string {
  if (age === 0) return 'all runs';
  const [unit, name] = AGE_UNITS.find(([each]) => age % each === 0) ?? [60_000, 'minute'];
  return `runs older than ${countOf(Math.round(age / unit), name)}`;
}
