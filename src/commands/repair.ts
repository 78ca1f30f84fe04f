import { acceptChecksum, readHistory } from '../engine/history/migration-history.ts';
import { lookOnly } from '../engine/run/look-only.ts';
import { MsgdbError } from '../model/errors.ts';
import type { FilesReport } from '../model/report.ts';
import type { Context } from './context.ts';
import { loadFiles } from './load-files.ts';
import { reportCommon } from './report-common.ts';
import { resolveTo } from './resolve-to.ts';
import { workOn } from './with-database.ts';

export interface RepairOptions {
  /** The migration whose edited file is accepted; all that were edited if left out. */
  readonly name?: string | undefined;
}

/** Accepts that applied migrations were edited: the history takes the checksum of the files as they are now. */
export async function repair(context: Context, options: RepairOptions): Promise<FilesReport> {
  const started = performance.now();
  const files = await loadFiles(context);
  const name = resolveTo(options.name, files, 'repair');
  const accepted = await workOn(context, 'repair', async (run) => {
    const history = await lookOnly(run, readHistory);
    if (name !== undefined && !history.some((row) => row.name === name)) {
      throw new MsgdbError('MSGDB_USAGE', { what: `${name} has not been applied.`, fix: 'Run `msgdb status`.' });
    }
    const edited = files.filter((file) => {
      const row = history.find((each) => each.name === file.name);
      return row && row.checksum !== file.checksum && (name === undefined || file.name === name);
    });
    for (const file of edited) await acceptChecksum(run.session, file.name, file.checksum);
    return edited.map((file) => file.name);
  });
  const summary =
    accepted.length === 0
      ? 'nothing to do: no applied migration was edited'
      : `accepted as they are now: ${accepted.join(', ')}`;
  return {
    command: 'repair',
    created: accepted,
    ...reportCommon(context, started, { findings: [], summary, next: 'msgdb verify' }),
  };
}
