const counts = new Intl.NumberFormat('en-US');

/** `1204331` → `1,204,331`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `1 row`, `1,204 rows`; a plural that is not the word with an s is given: `countOf(2, 'copy', 'copies')`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
