import type { Dedupe } from '../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import type { Survey } from '../model/plan.ts';
import { columnsOf, isSameInAnyOrder } from '../model/same-columns.ts';

export function findDamaged(
  dedupe: Dedupe,
  { taken }: Survey,
  { table }: OperationFacts,
  serving: IndexFacts | undefined,
): readonly IndexFacts[] {
  const named = dedupe.references.filter((_, place) => (taken[place]?.alike ?? 0) > 0);
  return table.indexes.filter(
    (index) => index !== serving && named.some(({ referenced }) => isUniqueOn(index, referenced)),
  );
}

export function isUniqueOn(index: IndexFacts, columns: readonly string[]): boolean {
  return index.unique && index.valid && index.predicate === undefined && isSameInAnyOrder(columnsOf(index), columns);
}
