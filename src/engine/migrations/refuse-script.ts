import { type Finding, finding } from '../../model/finding.ts';
import type { RowEntry } from '../../model/ledger.ts';
import type { Plan } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { Restoration } from '../../sql/restore.ts';
import { changingTriggers } from '../../sql/triggers.ts';
import { prepare } from '../restore/attempt-restore.ts';

/**
 * Why a script could not undo what `rollback` would: a run looks at the catalogue and at what came back while it works, a
 * script is written once and is run later, by somebody who may not look.
 */
export async function refuseScript(db: Queryable, { steps }: Plan): Promise<readonly Finding[]> {
  const entries = steps.flatMap((step) => (step.kind === 'restore-rows' ? step.entries : []));
  const reasons = new Map<string, Finding>();
  for (const entry of entries) {
    for (const reason of await reasonsOf(db, entry)) {
      const table = tableLabel(entry.table);
      const message = `A script cannot restore rows of ${table} as rollback does: ${reason}.`;
      const fix = 'Run `msgdb rollback` instead of a script (`msgdb rollback --dry-run` shows what it would do).';
      reasons.set(message, finding('MSGDB_REFUSED', message, { table, fix }));
    }
  }
  return [...reasons.values()];
}

async function reasonsOf(db: Queryable, entry: RowEntry): Promise<readonly string[]> {
  const restoration = await prepare(db, entry);
  if (!restoration) return ['the table is gone'];
  if (entry.kind === 'created') {
    return ['rows that were created may be referred to when the script is run, and would go with what refers to them'];
  }
  const triggers = await db.query(changingTriggers(entry.table, entry.kind === 'removed' ? 'insert' : 'update'));
  const names = triggers.map(({ name }) => String(name)).join(', ');
  return [
    ...(triggers.length > 0 ? [`trigger ${names} could change them on their way back, and has to be disabled`] : []),
    ...shapeOf(restoration),
  ];
}

function shapeOf({ entry, table, columns, referencedBy }: Restoration): readonly string[] {
  const { length } = table.columns;
  return [
    ...(columns.length < length ? ['the table has columns that the archive has not'] : []),
    ...(entry.kind === 'updated' && table.identity.length === 0
      ? ['the table has no primary key, so changed rows are found one by one']
      : []),
    ...(referencedBy.some(({ deferred }) => deferred)
      ? ['a deferred foreign key refers to them, so all have to come back before it is checked']
      : []),
  ];
}
