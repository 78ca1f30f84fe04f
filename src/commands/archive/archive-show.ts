import { readHistory } from '../../catalog/read-history.ts';
import { readLedger } from '../../catalog/read-ledger.ts';
import { readArchivedRows, readRuns } from '../../engine/history/read-archive.ts';
import { countOf } from '../../model/count-of.ts';
import type { ArchiveReport } from '../../model/report.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { EMPTY } from './empty-report.ts';
import { appliedMigration, explainNoRows } from './find-run.ts';

export interface ShowOptions {
  readonly runId: string;
  readonly limit: number;
}

/** Shows rows that a run archived. */
export async function archiveShow(context: Context, { runId, limit }: ShowOptions): Promise<ArchiveReport> {
  return await makeReport(context, async () => {
    const { runs, found, applied, none } = await connectToRead(context, 'archive', async (workplace) =>
      readOnly(workplace, async (db) => {
        const runs = (await readRuns(db)).filter((run) => run.runId === runId);
        const none = runs.length === 0 ? await explainNoRows(db, runId) : undefined;
        const found = none === undefined ? await readArchivedRows(db, runId, limit + 1) : [];
        const applied = appliedMigration(await readHistory(db), await readLedger(db, { runId }));
        return { runs, found, applied, none };
      }),
    );
    const rows = found.slice(0, limit);
    const more = found.length > limit ? ', and there are more: --rows N shows them' : '';
    const summary =
      found.length === 0
        ? (none ?? `nothing to restore: all rows of run ${runId} are back already`)
        : `${countOf(rows.length, 'archived row')} shown${more}`;
    const back = applied === undefined ? `msgdb archive restore ${runId}` : 'msgdb rollback';
    const next = found.length === 0 ? undefined : back;
    return { command: 'archive', action: 'show', ...EMPTY, runs, rows, ...conclude({ findings: [], summary, next }) };
  });
}
