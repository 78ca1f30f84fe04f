import type { Look } from './look.ts';
import { printable } from './printable.ts';
import { maskValue, maskValueInAscii } from './redact/mask.ts';
import { createRedactor } from './redact/redactor.ts';

/** Characters of a value that a list of several has room for. */
const LONGEST = 24;

/** Different values of one column in one line, NULL among them: `Ann, NULL, Bob`. */
export function valuesInBrief(column: string, values: readonly (string | null)[], look: Look): string {
  const redactor = createRedactor(look.redact, look.unicode ? maskValue : maskValueInAscii);
  const more = look.unicode ? '…' : '...';
  function brief(value: string | null): string {
    if (value === null) return 'NULL';
    const characters = [...printable(value)];
    return characters.length <= LONGEST ? characters.join('') || '""' : characters.slice(0, LONGEST).join('') + more;
  }
  // Two that differ may be of one length.
  if (redactor?.hides(column)) {
    return [...new Set(values)].map((value) => (value === null ? 'NULL' : redactor.mask(value))).join(', ');
  }
  return [...new Set(values.map(brief))].join(', ');
}
