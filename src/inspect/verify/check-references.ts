import { countOf } from '../../model/count-of.ts';
import type { ResolvedReference, TableImage } from '../../model/dedupe.ts';
import type { OperationFacts } from '../../model/facts.ts';
import { isSameInOrder } from '../../model/same-columns.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import { imageOf } from '../../resolve/image-of.ts';
import { countOrphans } from '../../sql/orphans.ts';
import type { Verdict } from './verdict.ts';

/** No row names a row that is not there. A valid foreign key says so itself; other references are looked through. */
export async function checkReferences(
  db: Queryable,
  references: readonly ResolvedReference[],
  facts: OperationFacts,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const reference of references) verdicts.push(await checkReference(db, reference, imageOf(facts.table), facts));
  return verdicts;
}

async function checkReference(
  db: Queryable,
  reference: ResolvedReference,
  parent: TableImage,
  facts: OperationFacts,
): Promise<Verdict> {
  const common = {
    name: `orphans-${reference.label}`,
    table: tableLabel(parent.table),
    title: `no orphans in ${reference.label}`,
  };
  if (enforced(reference, facts)) {
    return { ...common, status: 'ok', code: null, detail: 'the foreign key is valid' };
  }
  const [row] = await db.query(countOrphans(reference, parent));
  const orphans = Number(row?.rows);
  if (orphans === 0) return { ...common, status: 'ok', code: null, detail: 'every value names a row' };
  return {
    ...common,
    status: 'failed',
    code: 'MSGDB_ORPHANS_FOUND',
    detail: `${countOf(orphans, 'row')} with a reference to a row that does not exist`,
  };
}

function enforced(reference: ResolvedReference, facts: OperationFacts): boolean {
  return (
    reference.kind === 'foreign-key' &&
    facts.table.referencedBy.some(
      (key) =>
        key.validated &&
        isSameTable(key.table, reference.child.table) &&
        isSameInOrder(
          key.columns,
          reference.columns.map((column) => column.name),
        ),
    )
  );
}
