import { readHistory } from '../../catalog/read-history.ts';
import { readLedger } from '../../catalog/read-ledger.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { FilesReport } from '../../model/report.ts';
import { orderMigrations } from '../../plan/order-migrations.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import { recordState } from '../../sql/history.ts';
import { openEntry, scriptChecksum } from '../../sql/history-schema.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime, connectToRead } from '../context/with-database.ts';
import { loadFiles } from '../project/load-files.ts';
import { resolveTo } from '../project/resolve-to.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';

export interface BaselineOptions {
  /** The last migration that has run elsewhere; all pending ones of SQL if left out. */
  readonly name?: string | undefined;
  /** Only say which would be marked. */
  readonly dryRun: boolean;
}

/**
 * Records pending migrations of SQL as applied without running them: their SQL has run elsewhere. A rule is not marked:
 * whether it holds can be seen, so `migrate` looks, and takes an index that is there.
 */
export async function baseline(context: Context, options: BaselineOptions): Promise<FilesReport> {
  return await makeReport(context, async () => {
    const files = await loadFiles(context);
    const to = resolveTo(options.name, files, 'baseline');
    const seen = await connectToRead(context, 'baseline', async (workplace) => choose(workplace, files, to));
    const marked =
      options.dryRun || seen.length === 0
        ? seen
        : await connectAnyTime(context, 'baseline', async (run) => {
            // Looked at again under the run lock: another run may have applied some.
            const chosen = await choose(run, files, to);
            await markAll(run, chosen);
            return chosen;
          });
    const names = marked.map(({ name }) => name);
    const done = options.dryRun ? 'would be marked as applied' : 'marked as applied';
    return {
      command: 'baseline',
      created: names,
      ...conclude({
        findings: [],
        summary:
          names.length === 0
            ? 'nothing to do: no migration of SQL is pending'
            : `${countOf(names.length, 'migration')} ${done}, without running ${names.length === 1 ? 'it' : 'them'}`,
        next: options.dryRun && names.length > 0 ? 'msgdb baseline' : 'msgdb migrate --dry-run',
      }),
    };
  });
}

/** Those to mark, in order: the history has no gap. */
async function choose(
  workplace: Workplace,
  files: readonly MigrationFile[],
  to: string | undefined,
): Promise<readonly MigrationFile[]> {
  const history = await readOnly(workplace, readHistory);
  const { pending, refusals } = orderMigrations(files, history, { to, allowOutOfOrder: true });
  const [refusal] = refusals;
  if (refusal) throw new MsgdbError(refusal.code, { what: refusal.message, fix: refusal.fix });
  const open = files.filter(({ name }) => pending.includes(name));
  for (const file of open) {
    const row = history.find(({ name }) => name === file.name);
    if (row === undefined || row.state === 'rolled back') continue;
    // One that failed at its first statement, as it does where its tables are there, has done nothing.
    const did = await readLedger(workplace.session, { migration: file.name });
    if (row.state === 'running' || did.length > 0) throw wasBegun(file);
  }
  const end = open.findIndex(({ migration }) => migration.up.some(({ kind }) => kind !== 'sql'));
  if (end === -1) return open;
  if (to !== undefined) throw declaresMore(open[end]?.name ?? '', to);
  return open.slice(0, end);
}

async function markAll(run: Run, files: readonly MigrationFile[]): Promise<void> {
  if (files.length === 0) return;
  await run.record.open(run);
  await run.session.transaction({}, async (tx) => {
    for (const { name, checksum, migration } of files) {
      // The entries are what `rollback` undoes, by the SQL that the migration gives for it.
      for (const [operation, each] of migration.up.entries()) {
        if (each.kind !== 'sql') continue;
        const origin = { runId: run.id, migration: name, operation };
        await tx.query(openEntry(origin, 'ran-sql', { checksum: scriptChecksum(each.up) }));
      }
      await tx.query(recordState({ name, checksum, state: 'done', runId: run.id, durationMs: 0 }));
    }
  });
}

function wasBegun({ name }: MigrationFile): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${name} cannot be marked as applied: msgdb itself has begun it, and it did not end.`,
    why: 'What it did is in the ledger; marked, the rest of it would never be done.',
    fix: 'Finish it with `msgdb migrate`, or undo it with `msgdb rollback`.',
  });
}

function declaresMore(name: string, to: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${name} cannot be marked as applied: it is not SQL alone.`,
    why: 'Whether a rule holds can be seen in the database, and is never taken as said.',
    fix:
      name === to
        ? 'Run `msgdb migrate`: it takes an index that is there, and changes nothing where the rule holds.'
        : `Mark those before it (\`msgdb baseline\` without a name), run \`msgdb migrate --to ${name}\`, then mark ${to}.`,
  });
}
