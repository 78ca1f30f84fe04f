import { readFences } from '../../catalog/read-fences.ts';
import { resolveTable } from '../../catalog/resolve-table.ts';
import { dropKept } from '../../engine/index-build/keep-fence.ts';
import { countOf } from '../../model/count-of.ts';
import type { TableName } from '../../model/facts.ts';
import type { KeptFence } from '../../model/kept-fence.ts';
import type { FenceReport } from '../../model/report.ts';
import { tableLabel } from '../../model/table-label.ts';
import { tableId } from '../../model/table-name.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime, connectToRead } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { entryOf } from './fence-entry.ts';

export interface FenceDropOptions {
  /** The table whose fences go; undefined for all. */
  readonly table: string | undefined;
}

/** Takes down the fences that were kept until a deploy, before their time is over. */
export async function fenceDrop(context: Context, { table: name }: FenceDropOptions): Promise<FenceReport> {
  return await makeReport(context, async () => {
    const { table, found } = await connectToRead(context, 'fence', async (workplace) => {
      const named = name === undefined ? undefined : await resolveName(workplace, name);
      return { table: named, found: await findFences(workplace, named) };
    });
    if (found.length === 0)
      return report([], `nothing to do: no fence is kept${table ? ` on ${tableLabel(table)}` : ''}`);
    return await connectAnyTime(context, 'fence', async (run) => {
      const fences = await findFences(run, table);
      for (const fence of fences) await dropKept(run, fence);
      return report(fences, `${countOf(fences.length, 'fence')} taken down`);
    });
  });
}

function report(fences: readonly KeptFence[], summary: string) {
  const end = conclude({ findings: [], summary });
  return { command: 'fence' as const, action: 'drop' as const, fences: fences.map(entryOf), ...end };
}

async function resolveName(workplace: Workplace, name: string): Promise<TableName> {
  return await readOnly(workplace, async (db) => resolveTable(db, name, workplace.settings.schema));
}

async function findFences(workplace: Workplace, table: TableName | undefined): Promise<readonly KeptFence[]> {
  const all = await readOnly(workplace, readFences);
  const kept = all.flatMap((fence) => fence.kept ?? []);
  return table ? kept.filter((fence) => tableId(fence.table) === tableId(table)) : kept;
}
