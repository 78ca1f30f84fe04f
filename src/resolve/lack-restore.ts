import type { Dedupe } from '../model/dedupe.ts';
import type { OperationFacts, ServerFacts, TableFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { RowEntry } from '../model/ledger.ts';
import type { ResolvedRelink } from '../model/plan.ts';
import { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { isSameTable } from '../model/table-name.ts';
import { mayRewrite, type TriggerFacts } from '../model/triggers.ts';
import { changesOf } from './changes-of.ts';
import { lackOwnerTo, lackPrivileges } from './lacking.ts';

type RowKind = RowEntry['kind'];

/** Rows of a table that were changed in one way. */
type RowsOf = Pick<RowEntry, 'kind' | 'table'>;

/** What rows that a run removed, changed or created need to be as they were. Those that are deleted are locked first. */
const TO_RESTORE = { removed: ['insert'], updated: ['update'], created: ['update', 'delete'] } as const;

/** What triggers fire for then; rows that go are not changed by one. */
const FIRES = { removed: 'insert', updated: 'update', created: undefined } as const;

/** Notes what putting rows of the ledger back needs, of the tables that are known. */
export function lackForRestore(
  entries: readonly RowsOf[],
  { tables, server }: { readonly tables: readonly TableFacts[]; readonly server: ServerFacts },
  refusals: Refusals,
): void {
  for (const table of tables) {
    const kinds = entries.filter((entry) => isSameTable(entry.table, table.table)).map(({ kind }) => kind);
    lackForKinds(table, [...new Set(kinds)], server, refusals);
  }
}

/** Privileges that the role lacks for undoing a rule: it may be able to remove rows and not to put them back. */
export function lackingToUndo(dedupe: Dedupe, facts: OperationFacts): readonly Finding[] {
  const changes = changesOf(dedupe).flatMap(({ table, change }): readonly RowsOf[] => {
    if (change === 'update') return [{ table, kind: 'updated' }];
    const isKept = dedupe.losers !== 'delete' || !isSameTable(table, facts.table.table);
    return isKept ? [{ table, kind: 'removed' }] : [];
  });
  return lackingFor(changes, facts);
}

/** Privileges that the role lacks for emptying references again, and for deleting the rows that were created for them. */
export function lackingToUnlink({ child, parent, create }: ResolvedRelink, facts: OperationFacts): readonly Finding[] {
  const created = create ? [{ table: parent.table, kind: 'created' as const }] : [];
  return lackingFor([{ table: child.table, kind: 'updated' }, ...created], facts);
}

function lackingFor(changes: readonly RowsOf[], { table, related, server }: OperationFacts): readonly Finding[] {
  const refusals = new Refusals(tableLabel(table.table));
  lackForRestore(changes, { tables: [table, ...related], server }, refusals);
  return refusals.lacking;
}

function lackForKinds(table: TableFacts, kinds: readonly RowKind[], server: ServerFacts, refusals: Refusals): void {
  lackPrivileges(table, [...new Set(kinds.flatMap((kind) => TO_RESTORE[kind]))], server, refusals);
  const disabled = table.triggers.filter(
    (trigger) => mayRewrite(trigger) && kinds.some((kind) => fires(trigger, kind)),
  );
  if (disabled.length === 0) return;
  const label = tableLabel(table.table);
  const names = disabled.map(({ name }) => name).join(', ');
  const them = disabled.length === 1 ? 'trigger' : 'triggers';
  lackOwnerTo(
    `Putting rows of ${label} back needs its owner, ${table.owner}: the ${them} ${names} could change the rows, and only the owner disables a trigger.`,
    { facts: table, server, refusals },
  );
}

function fires({ events }: TriggerFacts, kind: RowKind): boolean {
  return events.some((event) => event === FIRES[kind]);
}
