import { z } from 'zod';
import { hasHistory, readArchiveColumns, readLedger } from '../../catalog/read-ledger.ts';
import type { ArchivedRun } from '../../model/archived-run.ts';
import { isRowEntry } from '../../model/ledger.ts';
import type { ArchiveReport } from '../../model/report.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable, tableId } from '../../model/table-name.ts';
import { listRuns, showRows } from '../../sql/archive.ts';

const runSchema = z.object({
  id: z.string(),
  command: z.string(),
  run_by: z.string(),
  started_at: z.string(),
  tables: z.array(
    z.object({
      schema: z.string(),
      table: z.string(),
      kind: z.enum(['removed', 'updated', 'created']),
      rows: z.coerce.number(),
      undone: z.coerce.number().nullable(),
    }),
  ),
});

/** Runs that have rows in the archive, newest first. */
export async function readRuns(db: Queryable): Promise<readonly ArchivedRun[]> {
  if (!(await hasHistory(db))) return [];
  return (await db.query(listRuns())).map((raw) => {
    const run = runSchema.parse(raw);
    const entries = run.tables.map(({ schema, table, ...rest }) => ({ ...rest, table: { schema, name: table } }));
    const named = new Map(entries.map(({ table }) => [tableId(table), table]));
    const tables = [...named.values()].map((name) => {
      const own = entries.filter(({ table }) => isSameTable(table, name));
      const rows = (kind: string): number => own.find((each) => each.kind === kind)?.rows ?? 0;
      const restored = own.reduce((sum, each) => sum + (each.undone ?? 0), 0);
      return {
        table: tableLabel(name),
        removed: rows('removed'),
        updated: rows('updated'),
        created: rows('created'),
        restored,
      };
    });
    return { runId: run.id, command: run.command, startedAt: run.started_at, by: run.run_by, tables };
  });
}

/** The rows a run archived and that are not yet restored, as text, newest entries first. */
export async function readArchivedRows(db: Queryable, runId: string, limit: number): Promise<ArchiveReport['rows']> {
  const entries = (await readLedger(db, { runId })).filter(isRowEntry);
  const rows: ArchiveReport['rows'][number][] = [];
  for (const entry of entries) {
    if (rows.length >= limit) break;
    const columns = await readArchiveColumns(db, entry.archive);
    for (const row of await db.query(showRows(entry.archive, entry.id, columns, limit - rows.length))) {
      const texts = columns.map(({ name }) => [name, row[name] === null ? null : String(row[name])] as const);
      rows.push({
        table: tableLabel(entry.table),
        image: String(row.msgdb_image),
        row: Object.fromEntries(texts),
      });
    }
  }
  return rows;
}
