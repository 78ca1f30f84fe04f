import type { Look } from './look.ts';
import { printable } from './printable.ts';
import { maskValue, maskValueInAscii } from './redact.ts';

/** Characters of a value that a list of several has room for. */
const LONGEST = 24;

/** Different values of one column in one line, NULL among them: `Ann, NULL, Bob`. */
export function valuesInBrief(values: readonly (string | null)[], look: Look): string {
  const mask = look.unicode ? maskValue : maskValueInAscii;
  const more = look.unicode ? '…' : '...';
  function brief(value: string | null): string {
    if (value === null) return 'NULL';
    if (look.redact) return mask(value);
    const characters = [...printable(value)];
    return characters.length <= LONGEST ? characters.join('') || '""' : characters.slice(0, LONGEST).join('') + more;
  }
  return [...new Set(values.map(brief))].join(', ');
}
