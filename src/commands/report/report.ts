import { hasHistory } from '../../catalog/read-ledger.ts';
import { type PastChange, readChanges, readIndexNow, readPastRun } from '../../catalog/read-past-run.ts';
import { readGroups } from '../../engine/history/read-groups.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { RunReport } from '../../model/report.ts';
import type { PastRun, RunIndex } from '../../model/run-report.ts';
import type { Queryable } from '../../model/statement.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';

export interface RunReportOptions {
  /** The last run, if left out. */
  readonly runId?: string;
}

/** Tells what a past run did, from the history and the archive, and how it stands now. Nothing is changed. */
export async function report(context: Context, { runId }: RunReportOptions): Promise<RunReport> {
  return await makeReport(context, async () =>
    connectToRead(context, 'report', async (workplace) => readOnly(workplace, async (db) => describeRun(db, runId))),
  );
}

async function describeRun(db: Queryable, wanted: string | undefined): Promise<Omit<RunReport, 'durationMs'>> {
  const found = (await hasHistory(db)) ? await readPastRun(db, wanted) : undefined;
  if (found === undefined) throw noRun(wanted);
  const { id, ...run } = found;
  const changes = await readChanges(db, id);
  const undo = undoOf(id, run, changes);
  return {
    command: 'report',
    runId: id,
    run,
    changes: changes.map(({ id: _, where: __, archive: ___, ...change }) => change),
    indexes: await readIndexes(db, changes),
    groups: await readGroups(db, changes),
    undo,
    ...conclude({ findings: [], summary: summarize(run, changes), next: undo ?? undefined }),
  };
}

const INDEX_KINDS = ['built-index', 'indexed-reference', 'accepted-index', 'attached-constraint', 'dropped'];

async function readIndexes(db: Queryable, changes: readonly PastChange[]): Promise<readonly RunIndex[]> {
  const indexes = new Map<string, RunIndex>();
  for (const { kind, where, table, name } of changes) {
    if (!INDEX_KINDS.includes(kind) || where === null || table === null || name === null) continue;
    const label = JSON.stringify([where.schema, name]);
    if (indexes.has(label)) continue;
    const index = await readIndexNow(db, where, name);
    indexes.set(label, {
      table,
      name,
      before: kind === 'accepted-index' || kind === 'dropped' ? 'there' : 'absent',
      now: index === undefined ? 'absent' : index.valid ? 'valid' : 'not valid',
      definition: index?.definition ?? null,
    });
  }
  return [...indexes.values()];
}

/** A migration is rolled back as a whole; the last one goes without a name. */
function undoOf(runId: string, { migrations }: PastRun, changes: readonly PastChange[]): string | null {
  const open = changes.filter(({ undoneAt, kind }) => undoneAt === null && kind !== 'purged' && kind !== 'deleted');
  const applied = migrations.filter(({ state }) => state !== 'rolled back').length;
  if (applied > 0 && changes.some(({ migration }) => migration !== null)) {
    return applied === 1 ? 'msgdb rollback' : `msgdb rollback --step ${applied}`;
  }
  const takesBack = open.some(({ kind, rows, restored }) => kind === 'built-index' || rows > restored);
  return takesBack ? `msgdb archive restore ${runId}` : null;
}

function summarize({ command, finishedAt }: PastRun, changes: readonly PastChange[]): string {
  const rows = (kinds: readonly string[]): number =>
    changes.filter(({ kind }) => kinds.includes(kind)).reduce((sum, each) => sum + each.rows, 0);
  const removed = rows(['removed', 'deleted', 'purged']);
  const updated = rows(['updated']);
  const built = changes.filter(({ kind }) => kind === 'built-index').length;
  const restored = changes.reduce((sum, each) => sum + each.restored, 0);
  const parts = [
    removed > 0 && `${countOf(removed, 'row')} removed`,
    updated > 0 && `${countOf(updated, 'row')} changed`,
    built > 0 && `${countOf(built, 'index', 'indexes')} built`,
    restored > 0 && `${countOf(restored, 'row')} restored since`,
  ].filter(Boolean);
  const did = parts.length === 0 ? 'no row and no index was changed' : parts.join(', ');
  return `${command}: ${did}${finishedAt === null ? '; it did not come to its end' : ''}`;
}

function noRun(wanted: string | undefined): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: wanted === undefined ? 'No run has changed this database.' : `There is no run ${wanted} in this database.`,
    why: 'A run that changes something is recorded under the ID that its report shows.',
    fix:
      wanted === undefined
        ? 'See what there is to do with `msgdb find-duplicates`, or check the database that is named.'
        : 'See the runs with `msgdb archive list`, or leave the ID out for the last one.',
  });
}
