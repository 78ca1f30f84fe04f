import type { Dedupe, ResolvedReference, TableImage } from '../../model/plan.ts';

/** Every table whose rows a run may change. */
export function imagesOf(dedupe: Dedupe): readonly TableImage[] {
  const children = (references: readonly ResolvedReference[]): readonly TableImage[] =>
    references.flatMap((reference) => [reference.child, ...children(reference.references)]);
  return [dedupe.image, ...children(dedupe.references)];
}
