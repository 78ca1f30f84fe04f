import type { Dedupe } from '../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import type { Survey } from '../model/plan.ts';

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

export function isUniqueOn({ unique, valid, predicate, key }: IndexFacts, columns: readonly string[]): boolean {
  return (
    unique &&
    valid &&
    predicate === undefined &&
    key.length === columns.length &&
    key.every(({ column }) => column !== undefined && columns.includes(column))
  );
}
