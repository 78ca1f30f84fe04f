import { readHistory } from '../../catalog/read-history.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { FilesReport } from '../../model/report.ts';
import { readOnly } from '../../session/read-only.ts';
import { acceptChecksum, forgetFailed } from '../../sql/history.ts';
import type { Context } from '../context/context.ts';
import { connectToChange } from '../context/with-database.ts';
import { loadFiles } from '../project/load-files.ts';
import { resolveTo } from '../project/resolve-to.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';

export interface RepairOptions {
  /** The migration whose edited file is accepted; all that were edited if left out. */
  readonly name?: string | undefined;
}

/**
 * Accepts that applied migrations were edited: the history takes the checksum of the files as they are now. One that
 * failed, changed nothing and has no file any more is removed from the history.
 */
export async function repair(context: Context, options: RepairOptions): Promise<FilesReport> {
  return await makeReport(context, async () => {
    const files = await loadFiles(context);
    const { accepted, removed } = await connectToChange(context, 'repair', async (run) => {
      const history = await readOnly(run, readHistory);
      const failed = history.filter(
        ({ name, state }) => state === 'failed' && !files.some((file) => file.name === name),
      );
      const lost = failed.map((row) => row.name).filter((each) => each === options.name || options.name === undefined);
      const removed =
        lost.length === 0 ? [] : (await run.session.query(forgetFailed(lost))).map(({ name }) => String(name));
      if (lost.length > 0 && options.name !== undefined) {
        if (removed.length === 0) throw stillOpen(options.name);
        return { accepted: [], removed };
      }
      const name = resolveTo(options.name, files, 'repair');
      if (name !== undefined && !history.some((row) => row.name === name)) {
        throw new MsgdbError('MSGDB_USAGE', {
          what: `${name} has not been applied.`,
          fix: 'Name one of those that `msgdb status` lists as applied.',
        });
      }
      const edited = files.filter((file) => {
        const row = history.find((each) => each.name === file.name);
        return row && row.checksum !== file.checksum && (name === undefined || file.name === name);
      });
      for (const file of edited) await run.session.query(acceptChecksum(file.name, file.checksum));
      return { accepted: edited.map((file) => file.name), removed };
    });
    const done = [
      ...(accepted.length > 0 ? [`accepted as they are now: ${accepted.join(', ')}`] : []),
      ...(removed.length > 0
        ? [`removed from the history, because they failed and changed nothing: ${removed.join(', ')}`]
        : []),
    ];
    const summary = done.length === 0 ? 'nothing to do: no applied migration was edited' : done.join('; ');
    return {
      command: 'repair',
      created: [...accepted, ...removed],
      ...conclude({ findings: [], summary, next: 'msgdb verify' }),
    };
  });
}

function stillOpen(name: string): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_MISSING', {
    what: `${name} cannot be removed from the history: it failed, but part of it was done.`,
    fix: 'Restore its file from version control, then undo it with `msgdb rollback`.',
  });
}
