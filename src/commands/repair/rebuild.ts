import { findMissingTables, type HistoryTable } from '../../catalog/history-tables.ts';
import { readLedger } from '../../catalog/read-ledger.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { FilesReport } from '../../model/report.ts';
import type { Queryable } from '../../model/statement.ts';
import type { Run } from '../../session/workplace.ts';
import { recordState } from '../../sql/history.ts';
import { createHistoryTables, isScript } from '../../sql/history-schema.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime, connectToRead } from '../context/with-database.ts';
import { loadFiles } from '../project/load-files.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';

/** What a history can be made of, where `migrations` is missing. */
interface Rebuilt {
  readonly missing: readonly HistoryTable[];
  /** Of each of their operations the ledger has what it did. */
  readonly applied: readonly MigrationFile[];
  /** Of some of them. */
  readonly begun: readonly MigrationFile[];
}

/** Makes the tables of the history again that were dropped: what is applied is read from the files and the ledger. */
export async function rebuild(context: Context, { dryRun }: { readonly dryRun: boolean }): Promise<FilesReport> {
  return await makeReport(context, async () => {
    const files = await loadFiles(context);
    const seen = dryRun
      ? await connectToRead(context, 'repair', async ({ session }) => judgeAll(session, files))
      : await connectAnyTime(context, 'repair', async (run) => makeAgain(run, files));
    return reportRebuilt(context, seen, dryRun);
  });
}

async function makeAgain(run: Run, files: readonly MigrationFile[]): Promise<Rebuilt> {
  return await run.session.transaction({}, async (tx) => {
    const judged = await judgeAll(tx, files);
    if (judged.missing.length === 0) return judged;
    for (const each of createHistoryTables()) await tx.query(each);
    for (const [state, all] of [
      ['done', judged.applied],
      ['failed', judged.begun],
    ] as const) {
      const error = state === 'failed' ? { error: 'The history was made again: a part of it had been done.' } : {};
      for (const { name, checksum } of all)
        await tx.query(recordState({ name, checksum, state, runId: run.id, ...error }));
    }
    return judged;
  });
}

async function judgeAll(db: Queryable, files: readonly MigrationFile[]): Promise<Rebuilt> {
  const missing = (await findMissingTables(db)) ?? [];
  const none = { missing, applied: [], begun: [] };
  if (!missing.includes('migrations') || missing.includes('ledger')) return none;
  const judged: { readonly file: MigrationFile; readonly done: 'all' | 'some' | 'nothing' }[] = [];
  for (const file of files) judged.push({ file, done: howMuch(file, await readLedger(db, { surely: file.name })) });
  const of = (done: 'all' | 'some') => judged.filter((each) => each.done === done).map(({ file }) => file);
  return { missing, applied: of('all'), begun: of('some') };
}

/** By its entries that are not undone. What leaves none where it has nothing to do is taken for done with the rest. */
function howMuch({ migration }: MigrationFile, entries: readonly LedgerEntry[]): 'all' | 'some' | 'nothing' {
  const told = migration.up.flatMap((operation, place) => {
    const own = entries.filter((entry) => entry.operation === place);
    return leavesEntry(operation) ? [own.some((entry) => isDoneBy(entry, operation))] : [];
  });
  if (entries.length === 0) return 'nothing';
  return told.every(Boolean) ? 'all' : 'some';
}

function leavesEntry({ kind }: Operation): boolean {
  return kind === 'sql' || kind === 'unique-key' || kind === 'index';
}

function isDoneBy(entry: LedgerEntry, operation: Operation): boolean {
  if (operation.kind === 'sql') return entry.kind === 'ran-sql' && isScript(operation.up, entry.checksum);
  return entry.kind === 'built-index' || entry.kind === 'accepted-index';
}

function reportRebuilt(
  { settings }: Context,
  { missing, applied, begun }: Rebuilt,
  dryRun: boolean,
): Unfinished<FilesReport> {
  const would = dryRun ? 'would be ' : '';
  const names = (files: readonly MigrationFile[]): string => files.map(({ name }) => name).join(', ');
  const tables = missing.map((table) => `${settings.historySchema}.${table}`).join(', ');
  const parts = [
    `${tables} ${would}made again`,
    ...(applied.length > 0 ? [`recorded as applied: ${names(applied)}`] : []),
    ...(begun.length > 0 ? [`recorded as failed, because only a part was done: ${names(begun)}`] : []),
    ...(missing.includes('ledger') ? ['what was changed before is no longer undone by rollback'] : []),
  ];
  return {
    command: 'repair',
    created: missing.length === 0 ? [] : [...applied, ...begun].map(({ name }) => name),
    ...conclude({
      findings: [],
      summary: missing.length === 0 ? 'nothing to do: no table of the history is missing' : parts.join('; '),
      next: missing.length > 0 && dryRun ? 'msgdb repair --rebuild' : 'msgdb status',
    }),
  };
}
