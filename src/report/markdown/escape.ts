import { printable } from '../printable.ts';

/**
 * Text that Markdown takes as nothing but text, in a paragraph, a list and a cell of a table: no markup, no HTML, no link, no
 * formula, no line of its own, and nobody who is called by it.
 */
export function plain(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => escapeLine(printable(line)))
    .join('<br>');
}

/** A name, a value or a command: as it is, in the type of code. */
export function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

/** A message of msgdb's, in which backticks stand around what is written as it is. */
export function prose(text: string): string {
  const pieces = text.split('`');
  // An odd number of pieces: every backtick has its partner.
  if (pieces.length % 2 === 0) return plain(text);
  return pieces.map((piece, place) => (place % 2 === 1 ? code(piece) : plain(piece))).join('');
}

const WORD_JOINER = '\u2060';

/** Only as characters are entities sure to be text; who is mentioned is looked for afterwards, so the sign gets a joint. */
function escapeLine(line: string): string {
  return line
    .replace(/[\\`*_~[\]<>&|$:#!"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/\bwww\./gi, (start) => `${start.slice(0, 3)}&#46;`)
    .replaceAll('@', `@${WORD_JOINER}`);
}
