import { GLOBAL_FLAGS } from '../definition/flags.ts';
import { COMMANDS } from '../table/table.ts';

/** Words of global flags that are followed by a value. */
const VALUED = new Set(
  GLOBAL_FLAGS.filter(({ usage }) => usage.includes('<')).flatMap(({ usage }) => usage.match(/-[-\w]+/g) ?? []),
);

/** Names of columns stand behind `=` alone: a run or a table may follow `--redact`. */
export function settleRedact(words: readonly string[]): readonly string[] {
  return words.map((word) => (word === '--redact' ? '--redact=' : word));
}

/**
 * Settles what follows `--embedded`, whose directory may be left out: a word that is a command where one is still
 * awaited is the command. Any directory can be named with `--embedded=DIR`.
 */
export function settleEmbedded(words: readonly string[]): readonly string[] {
  return words.map((word, place) => {
    const next = words[place + 1];
    const takesNothing = word === '--embedded' && next !== undefined && awaited(words.slice(0, place)).has(next);
    return takesNothing ? '--embedded=' : word;
  });
}

/** The words that would go on with the command so far: commands, or those of a family. */
function awaited(before: readonly string[]): ReadonlySet<string> {
  const typed = before.filter((word, place) => !word.startsWith('-') && !VALUED.has(before[place - 1] ?? ''));
  const paths = [...COMMANDS.map(({ name }) => name.split(' ')), ['help']];
  const ahead = paths.filter((path) => typed.every((word, depth) => word === path[depth]));
  return new Set(ahead.flatMap((path) => path[typed.length] ?? []));
}
