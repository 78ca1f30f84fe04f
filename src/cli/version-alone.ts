/** How the version is asked for, in commander's notation. */
export const VERSION_FLAG = '-V, --version';

/** Is the version all that is asked for? It is then printed before the table of commands is read, which takes longer. */
export function asksVersionAlone(words: readonly string[]): boolean {
  const [word = '', ...more] = words;
  return more.length === 0 && VERSION_FLAG.split(', ').includes(word);
}
