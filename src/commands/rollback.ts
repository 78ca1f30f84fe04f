import { type HistoryRow, readHistory } from '../catalog/read-history.ts';
import { readLedger } from '../catalog/read-ledger.ts';
import type { Applied } from '../engine/migrations/apply-migration.ts';
import { undoMigrations } from '../engine/migrations/drive.ts';
import { planMigrationUndo, undoMigration } from '../engine/migrations/undo-migration.ts';
import { countOf } from '../model/count-of.ts';
import { MsgdbError } from '../model/errors.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { NotRestored } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { RollbackReport } from '../model/report.ts';
import { readOnly } from '../session/read-only.ts';
import type { Workplace } from '../session/workplace.ts';
import { recordUndone } from '../sql/history-schema.ts';
import { inlineValues } from '../sql/inline-values.ts';
import type { Context } from './context.ts';
import { findingOfError } from './finding-of-error.ts';
import { loadFiles } from './load-files.ts';
import { forPurpose, nextOf, type Purpose } from './note-lacking.ts';
import { reportCommon } from './report-common.ts';
import { reportPlans, scriptOf } from './report-plan.ts';
import { resolveTo } from './resolve-to.ts';
import { sweepAbandoned } from './sweep-abandoned.ts';
import { connectToChange, connectToRead } from './with-database.ts';

export interface UndoOptions {
  /** Undo everything after this migration, which stays applied. */
  readonly to?: string | undefined;
  /** Undo so many migrations; one if neither is given. */
  readonly step?: number | undefined;
}

export interface RollbackOptions extends UndoOptions {
  readonly dryRun: boolean;
}

/** Undoes migrations, the last one first, and puts the rows they removed back. */
export async function rollback(context: Context, options: RollbackOptions): Promise<RollbackReport> {
  const started = performance.now();
  const files = await loadFiles(context);
  const chosen = await connectToRead(context, 'rollback', async (workplace) => chooseUndo(workplace, files, options));
  const common = { command: 'rollback' as const, rolledBack: [], restoredRows: 0, notRestoredRows: 0, plan: [] };
  if (chosen.length === 0) {
    if (!options.dryRun) await sweepAbandoned(context, 'rollback');
    const ending = { findings: [], summary: 'nothing to do: no migration is applied' };
    return { ...common, dryRun: options.dryRun, runId: null, ...reportCommon(context, started, ending) };
  }
  const plans = await connectToRead(context, 'rollback', async (workplace) =>
    planAll(workplace, chosen, options.dryRun ? 'look' : 'do'),
  );
  const refusals = plans.flatMap(({ plan, migration }) => plan.refusals.map((each) => ({ ...each, migration })));
  if (options.dryRun || refusals.length > 0) {
    return {
      ...common,
      dryRun: options.dryRun,
      runId: null,
      plan: plans.flatMap(({ plan, migration }) => reportPlans([plan], migration)),
      ...reportCommon(context, started, {
        findings: refusals,
        summary:
          refusals.length > 0
            ? 'the undo is refused; nothing was changed'
            : `${countOf(chosen.length, 'migration')} would be rolled back; nothing was changed`,
        next: refusals.length > 0 ? undefined : nextOf(plans, 'msgdb rollback'),
      }),
    };
  }
  return await undoAll(context, files, chosen, started);
}

/** What `rollback` would do, as an SQL script. */
export async function rollbackScript(context: Context, options: UndoOptions): Promise<string> {
  const files = await loadFiles(context);
  return await connectToRead(context, 'rollback', async (workplace) => {
    const chosen = await chooseUndo(workplace, files, options);
    const plans = await planAll(workplace, chosen, 'look');
    const script = await scriptOf(
      'rollback',
      // What an undo changes is not the migration's: it would be undone again with it.
      plans.map(({ plan }) => ({ plan, migration: null, place: null })),
      workplace,
    );
    const ends = chosen.flatMap(({ name }) => recordUndone(name).map(inlineValues));
    return `${[script.trimEnd(), ...ends].join('\n')}\n`;
  });
}

async function chooseUndo(
  workplace: Workplace,
  files: readonly MigrationFile[],
  { to, step }: UndoOptions,
): Promise<readonly MigrationFile[]> {
  const history = await readOnly(workplace, readHistory);
  // One that failed or was interrupted is undone as far as it got; one that failed at once is none to undo.
  const begun = history.filter((row) => row.state !== 'rolled back').toReversed();
  const applied: HistoryRow[] = [];
  for (const row of begun) {
    const known = files.some(({ name, checksum }) => name === row.name && checksum === row.checksum);
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
  const rows = last === undefined ? applied.slice(0, step ?? 1) : applied.filter((row) => row.name > last);
  return rows.map((row) => {
    const file = files.find((each) => each.name === row.name);
    if (!file) {
      throw new MsgdbError('MSGDB_MIGRATION_MISSING', {
        what: `${row.name} cannot be rolled back: its file is not there.`,
        fix: 'Restore the file from version control: it says how its changes are undone.',
      });
    }
    if (file.checksum === row.checksum) return file;
    throw new MsgdbError('MSGDB_MIGRATION_EDITED', {
      what: `${row.name} cannot be rolled back: its file was edited after it was applied.`,
      fix: `Restore the file, or accept the new content with \`msgdb repair ${row.name}\`.`,
    });
  });
}

async function planAll(
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

async function undoAll(
  context: Context,
  files: readonly MigrationFile[],
  chosen: readonly MigrationFile[],
  started: number,
): Promise<RollbackReport> {
  return await connectToChange(context, 'rollback', async (run) => {
    const undone: Applied[] = [];
    let failure: MsgdbError | undefined;
    const drive = {
      files,
      done: async () =>
        (await readHistory(run.session)).filter((row) => row.state !== 'rolled back').map((row) => row.name),
      apply: async () => undefined,
      undo: async (file: MigrationFile) => {
        undone.push(await undoMigration(run, file));
      },
    };
    try {
      await undoMigrations(
        drive,
        chosen.map((file) => file.name),
      );
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      failure = error;
    }
    return reportUndone(context, started, { runId: run.id, undone, failure });
  });
}

/** How far a run came. */
interface Progress {
  readonly runId: string;
  readonly undone: readonly Applied[];
  readonly failure: MsgdbError | undefined;
}

function reportUndone(context: Context, started: number, { runId, undone, failure }: Progress): RollbackReport {
  const outcomes = undone.flatMap((each) => each.outcomes);
  const left = outcomes.flatMap((outcome) => outcome.notRestored);
  return {
    command: 'rollback',
    dryRun: false,
    runId,
    rolledBack: undone.map((each) => each.report),
    restoredRows: outcomes.reduce((total, outcome) => total + outcome.restored, 0),
    notRestoredRows: left.reduce((total, each) => total + each.rows, 0),
    plan: [],
    ...reportCommon(context, started, {
      findings: [...left.map(notRestored), ...(failure ? [findingOfError(failure)] : [])],
      summary: `${countOf(undone.length, 'migration')} rolled back${failure ? ', then stopped' : ''}`,
      next: failure ? 'msgdb rollback' : 'msgdb status',
    }),
    ...(failure ? { verdict: 'failed', exitCode: failure.exitCode } : {}),
  };
}

/** Rows that stay in the archive, as a finding: as PostgreSQL writes keys, so that they are known as values of rows. */
export function notRestored({ table, rows, reason, runId, identity, keys, fix }: NotRestored): Finding {
  const more = rows > keys.length ? '; …' : '';
  const which = keys.length === 0 ? '' : `, (${identity.join(', ')})=(${keys.join('; ')}${more})`;
  const were = countOf(rows, `row${which}, was`, `rows${which}, were`);
  return finding(
    'MSGDB_NOT_RESTORED',
    `${table}: ${which === '' ? countOf(rows, 'row was', 'rows were') : were} not restored: ${reason}`,
    {
      table,
      fix:
        fix ??
        `See the rows with \`msgdb archive show ${runId}\`, and write those that should come back with INSERT or UPDATE; or change what is in their way and run \`msgdb archive restore ${runId}\`.`,
      data: { runId },
    },
  );
}
