import { countOf, formatCount } from '../../model/count-of.ts';
import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import type { ForeignKeyFacts, IndexFacts, OperationFacts } from '../../model/facts.ts';
import { quoted } from '../../model/name.ts';
import type { Survey } from '../../model/plan.ts';
import type { Refusals } from '../../model/refusals.ts';
import { isSameInOrder } from '../../model/same-columns.ts';
import { quotedTable, tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import { findDamaged, isUniqueOn } from '../../resolve/find-damaged.ts';

/** Where a damaged index lets a loser have its survivor's values, NO ACTION leaves the children; what else acts on them does not. */
export function refuseTaken(dedupe: Dedupe, { taken }: Survey, facts: OperationFacts, refusals: Refusals): void {
  for (const [place, reference] of dedupe.references.entries()) {
    const children = taken[place]?.children ?? 0;
    if (children === 0) continue;
    const { label, referenced, onDelete } = reference;
    refusals.add(
      'MSGDB_REFUSED',
      `${countOf(children, `row of ${label} has`, `rows of ${label} have`)} a ${referenced.join(', ')} that both the survivor and a row that would go have: a unique index is damaged, and ON DELETE ${onDelete?.toUpperCase()} would act on ${children === 1 ? 'it' : 'them'} though the survivor stays.`,
      relaxed(reference, facts),
    );
  }
}

/** A damaged index is rebuilt when the losers are gone: refused where rows would stay that it cannot hold (23505). */
export function refuseRemaining(
  dedupe: Dedupe,
  survey: Survey,
  facts: OperationFacts,
  serving: IndexFacts | undefined,
  refusals: Refusals,
): void {
  const label = tableLabel(facts.table.table);
  for (const { columns, rows, sample } of survey.remaining) {
    const index = findDamaged(dedupe, survey, facts, serving).find((each) => isUniqueOn(each, columns));
    if (!index) continue;
    const named = sample.map((row) => row.join(', ')).join('; ') + (rows > sample.length ? '; …' : '');
    refusals.add(
      'MSGDB_REFUSED',
      `${formatCount(rows)} rows of ${label} that would stay have the same ${columns.join(', ')}, though ${index.name} is unique: the index is damaged, and it cannot be rebuilt while they are there. Rows: (${columns.join(', ')}, ctid)=(${named}).`,
      `Run \`msgdb dedupe --table ${label} --key ${columns.join(',')} --dry-run\` first: it removes rows that have the same ${columns.join(', ')} and rebuilds the index. Or, to keep all of these rows, give them ${columns.join(', ')} of their own: update ${quotedTable(facts.table.table)} set … where ctid = '…'.`,
    );
  }
}

/** Without the foreign key, rows that name other losers would not be re-pointed. */
function relaxed({ child, columns, referenced, onDelete }: ResolvedReference, facts: OperationFacts): string {
  const names = columns.map(({ name }) => name);
  const key = facts.table.referencedBy.find((each) => sameKey(each, child.table, names, referenced));
  const name = key ? quoted(key.name) : 'CONSTRAINT';
  return [
    'Recreate it without an action while msgdb works:',
    `alter table ${quotedTable(child.table)} drop constraint ${name}, add constraint ${name}`,
    `foreign key (${names.map(quoted).join(', ')}) references ${quotedTable(facts.table.table)} (${referenced.map(quoted).join(', ')}) not valid;`,
    `then run the same command again, and put ON DELETE ${onDelete?.toUpperCase()} back in the same way.`,
  ].join(' ');
}

function sameKey(
  key: ForeignKeyFacts,
  table: ForeignKeyFacts['table'],
  columns: readonly string[],
  referenced: readonly string[],
): boolean {
  return (
    isSameTable(key.table, table) && isSameInOrder(key.columns, columns) && isSameInOrder(key.referenced, referenced)
  );
}
