import { readHistory } from '../../catalog/read-history.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { FilesReport } from '../../model/report.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run } from '../../session/workplace.ts';
import { acceptChecksum, forgetFailed, forgetMigration, renameMigration } from '../../sql/history.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime } from '../context/with-database.ts';
import { loadFiles } from '../project/load-files.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { chooseRepairs, type Repairs } from './choose-repairs.ts';

export interface RepairOptions {
  /** The migration to repair; all that were edited, renamed, or failed and left nothing, if left out. */
  readonly name?: string | undefined;
}

/**
 * Makes the history fit the files: it takes the checksum of files that were edited, the name of those that were renamed,
 * and forgets one that failed, changed nothing and has no file any more. By name it forgets an applied one too.
 */
export async function repair(context: Context, options: RepairOptions): Promise<FilesReport> {
  return await makeReport(context, async () => {
    const files = await loadFiles(context);
    const done = await connectAnyTime(context, 'repair', async (run) => repairHistory(run, files, options.name));
    return {
      command: 'repair',
      created: [...done.edited, ...done.former, ...done.renamed.map(({ to }) => to), ...done.failed, ...done.lost],
      ...conclude({ findings: [], summary: summarize(done), next: 'msgdb verify' }),
    };
  });
}

async function repairHistory(run: Run, files: readonly MigrationFile[], name: string | undefined): Promise<Repairs> {
  const wanted = chooseRepairs(files, await readOnly(run, readHistory), name);
  const removed = wanted.failed.length === 0 ? [] : await run.session.query(forgetFailed(wanted.failed));
  const failed = removed.map((row) => String(row.name));
  if (name !== undefined && wanted.failed.length > failed.length) throw stillOpen(name);
  for (const { from, to } of wanted.renamed) {
    await run.session.transaction({}, async (tx) => {
      for (const each of renameMigration(from, to)) await tx.query(each);
    });
  }
  for (const each of wanted.lost) {
    await run.session.transaction({}, async (tx) => {
      for (const part of forgetMigration(each, run.id)) await tx.query(part);
    });
  }
  const accepted = new Set([...wanted.edited, ...wanted.former, ...wanted.renamed.map(({ to }) => to)]);
  for (const file of files.filter((each) => accepted.has(each.name))) {
    await run.session.query(acceptChecksum(file.name, file.checksum));
  }
  return { ...wanted, failed };
}

function summarize({ edited, former, renamed, failed, lost }: Repairs): string {
  const parts = [
    named('accepted as they are now', edited),
    named('recorded in the present form', former),
    named(
      `recorded under ${renamed.length === 1 ? 'its new name' : 'their new names'}`,
      renamed.map(({ from, to }) => `${from} is ${to}`),
    ),
    named('removed from the history, because they failed and changed nothing', failed),
    named('taken out of the history', lost),
  ].flat();
  return parts.length === 0 ? 'nothing to do: the history fits the files' : parts.join('; ');
}

function named(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
}

function stillOpen(name: string): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_MISSING', {
    what: `${name} cannot be removed from the history: it failed, but part of it was done.`,
    fix: 'Restore its file from version control, then undo it with `msgdb rollback`.',
  });
}
