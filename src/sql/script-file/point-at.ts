/** Where a text begins in its file, from 1. */
export interface Start {
  readonly line: number;
  readonly column: number;
}

/** A place in a file, and its line with a caret below, as psql shows it. */
export interface Pointed extends Start {
  readonly excerpt: string;
}

/** Columns of a line that are shown. */
const WIDTH = 72;

/** Finds a place of a text that is counted as PostgreSQL does, in code points from 0. */
export function pointAt(text: string, position: number, start: Start): Pointed {
  const before = Array.from(text).slice(0, position).join('');
  const lastBreak = before.lastIndexOf('\n');
  const inLine = Array.from(before.slice(lastBreak + 1)).length;
  const line = start.line + countBreaks(before);
  const column = inLine + (lastBreak === -1 ? start.column : 1);
  return { line, column, excerpt: showCaret(`LINE ${line}: `, lineAt(text, lastBreak + 1), inLine) };
}

/** The first line of a text, where it is not known which place of it is meant. */
export function showFirstLine(text: string, line: number): string {
  return `LINE ${line}: ${cut(Array.from(lineAt(text, 0)), 0).text}`;
}

/** The line of a text that a place is in, with a caret; without a number, for what stands in no file. */
export function showPlace(label: string, text: string, position: number): string {
  const before = Array.from(text).slice(0, position).join('');
  const lastBreak = before.lastIndexOf('\n');
  return showCaret(label, lineAt(text, lastBreak + 1), Array.from(before.slice(lastBreak + 1)).length);
}

function showCaret(label: string, line: string, at: number): string {
  const { text, from } = cut(Array.from(line), at);
  return `${label}${text}\n${' '.repeat(label.length + at - from)}^`;
}

/** A long line is shown around the place. */
function cut(characters: readonly string[], at: number): { readonly text: string; readonly from: number } {
  const from = characters.length <= WIDTH ? 0 : Math.max(0, Math.min(at - WIDTH / 2, characters.length - WIDTH));
  const shown = characters.slice(from, from + WIDTH).join('');
  const lead = from > 0 ? '…' : '';
  const tail = from + WIDTH < characters.length ? '…' : '';
  return { text: `${lead}${shown.replaceAll('\t', ' ')}${tail}`, from: from - lead.length };
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
}

function countBreaks(text: string): number {
  let breaks = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks += 1;
  return breaks;
}
