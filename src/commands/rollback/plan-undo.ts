import { type HistoryRow, readHistory } from '../../catalog/read-history.ts';
import { readLedger } from '../../catalog/read-ledger.ts';
import { planMigrationUndo } from '../../engine/migrations/undo-migration.ts';
import { hasContent } from '../../model/checksum.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Plan } from '../../model/plan.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { forPurpose, type Purpose } from '../plans/note-lacking.ts';
import { resolveTo } from '../project/resolve-to.ts';

export interface UndoOptions {
  /** Undo everything after this migration, which stays applied. */
  readonly to?: string | undefined;
  /** Undo this number of migrations; one if neither is given. */
  readonly step?: number | undefined;
  /** Undo this one alone, by its full name. */
  readonly only?: string | undefined;
}

export async function chooseUndo(
  workplace: Workplace,
  files: readonly MigrationFile[],
  { to, step, only }: UndoOptions,
): Promise<readonly MigrationFile[]> {
  const history = await readOnly(workplace, readHistory);
  // One that failed or was interrupted is undone as far as it got; one that failed at once has nothing to undo.
  const begun = history.filter((row) => row.state !== 'rolled back').toReversed();
  const applied: HistoryRow[] = [];
  for (const row of begun) {
    const known = files.some((file) => file.name === row.name && hasContent(file, row.checksum));
    const empty =
      !known && row.state === 'failed' && (await readLedger(workplace.session, { migration: row.name })).length === 0;
    if (!empty) applied.push(row);
  }
  const last = resolveTo(to, files);
  if (last !== undefined && !applied.some((row) => row.name === last)) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `--to ${to}: ${last} is not applied, so nothing can be undone down to it.`,
      fix: 'See `msgdb status`; --to names the migration that stays.',
    });
  }
  const latest = last === undefined ? applied.slice(0, step ?? 1) : applied.filter((row) => row.name > last);
  const rows = only === undefined ? latest : applied.filter((row) => row.name === only);
  return rows.map((row) => {
    const file = files.find((each) => each.name === row.name);
    if (!file) {
      throw new MsgdbError('MSGDB_MIGRATION_MISSING', {
        what: `${row.name} cannot be rolled back: its file is missing.`,
        fix: 'Restore the file from version control: it says how its changes are undone.',
      });
    }
    if (hasContent(file, row.checksum)) return file;
    throw new MsgdbError('MSGDB_MIGRATION_EDITED', {
      what: `${row.name} cannot be rolled back: its file was edited after it was applied.`,
      fix: `Restore the file, or accept the new content with \`msgdb repair ${row.name}\`.`,
    });
  });
}

export async function planAll(
  workplace: Workplace,
  files: readonly MigrationFile[],
  purpose: Purpose,
): Promise<readonly { readonly plan: Plan; readonly migration: string }[]> {
  const plans: { plan: Plan; migration: string }[] = [];
  for (const file of files) {
    for (const plan of await planMigrationUndo(workplace, file)) plans.push({ plan, migration: file.name });
  }
  return await forPurpose(workplace, plans, purpose);
}
