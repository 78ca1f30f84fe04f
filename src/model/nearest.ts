/** The candidate that a mistyped name most likely meant, or undefined when none is close. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const typed = normalise(name);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const name = normalise(candidate);
    // The beginning of a name is nearer than one with a letter changed: --kee is --keep, and not --key.
    const distance = typed.length >= ABBREVIATED && name.startsWith(typed) ? 0.5 : editDistance(typed, name);
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  return best && best.distance <= Math.max(1, Math.floor(typed.length / 3)) ? best.candidate : undefined;
}

/**
 * The only candidate with a word that begins as a word of the name does: find-dupes is find-duplicates, and upserts is
 * check-upserts.
 */
export function nearestByWord(name: string, candidates: Iterable<string>): string | undefined {
  const beginnings = name
    .toLowerCase()
    .split(/[-_]/)
    .filter((word) => word.length >= ABBREVIATED)
    .map((word) => word.slice(0, ABBREVIATED));
  const alike = [...candidates].filter((candidate) =>
    candidate.split('-').some((word) => beginnings.some((beginning) => word.startsWith(beginning))),
  );
  return alike.length === 1 ? alike[0] : undefined;
}

/** So many letters of a name's beginning are taken for it. */
const ABBREVIATED = 3;

/** `lock-timeout`, `lock_timeout` and `lockTimeout` are the same word. */
function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Levenshtein's distance, with two letters in the wrong order as one mistake, not two; three rows of the matrix. */
function editDistance(a: string, b: string): number {
  let above: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      const swapped =
        letter === b[column - 2] && a[index - 1] === b[column - 1] ? (above[column - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    above = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
