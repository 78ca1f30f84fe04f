import { readUnknownColumns } from '../../catalog/read-unknown-columns.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import type { Context } from './context.ts';

/** A name that no column has hides nothing, which nobody would see. */
export async function noteUnknownColumns({ hiddenColumns = [] }: Context, workplace: Workplace): Promise<void> {
  if (hiddenColumns.length === 0) return;
  const unknown = await readOnly(workplace, async (db) => readUnknownColumns(db, hiddenColumns));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => `"${name}"`).join(', ');
  workplace.emit({
    kind: 'note',
    message: `redact: no column of this database is called ${names}, so nothing is hidden by that name`,
  });
}
