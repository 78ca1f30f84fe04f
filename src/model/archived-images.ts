import type { Dedupe, ResolvedReference, TableImage } from './dedupe.ts';
import type { TableName } from './facts.ts';
import { isSameTable } from './table-name.ts';

/** Every table of whose rows a run keeps images: that of losers which are deleted for good only where survivors change. */
export function archivedImages({ image, losers, merges, references }: Dedupe): readonly TableImage[] {
  const children = (among: readonly ResolvedReference[]): readonly TableImage[] =>
    among.flatMap((reference) => [reference.child, ...children(reference.references)]);
  const own = losers === 'delete' && merges.length === 0 ? [] : [image];
  return [...own, ...children(references)];
}

/** Every table of which a run removes or changes rows, each once. */
export function changedTables(dedupe: Dedupe): readonly TableName[] {
  const tables = [dedupe.image, ...archivedImages(dedupe)].map(({ table }) => table);
  return tables.filter((table, place) => tables.findIndex((each) => isSameTable(each, table)) === place);
}
