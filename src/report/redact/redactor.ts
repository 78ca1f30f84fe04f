import type { Redaction } from '../../model/redaction.ts';
import type { Mask } from './mask.ts';

/** What is hidden, and what stands in its place. */
export interface Redactor {
  readonly mask: Mask;
  /** Is the value of a column, or of an expression, to be hidden? */
  readonly hides: (name: string) => boolean;
  /** Is a text hidden that is not known to be of other columns alone? */
  readonly hidesIn: (text: string) => boolean;
}

type Row = Readonly<Record<string, string | null>>;

/** Undefined where nothing is hidden. */
export function createRedactor(redaction: Redaction, mask: Mask): Redactor | undefined {
  if (redaction === false) return undefined;
  if (redaction === true) return { mask, hides: () => true, hidesIn: () => true };
  const columns = redaction.map(folded);
  // An expression over the column (`lower(email)`) tells its value as well.
  const hidesIn = (text: string): boolean => {
    const words = wordsOf(text);
    return columns.some((column) => words.has(column) || (!isWord(column) && folded(text).includes(column)));
  };
  return { mask, hides: (name) => columns.includes(folded(name)) || hidesIn(name), hidesIn };
}

/** That a value is NULL is still shown. */
export function redactRow(row: Row, { mask, hides }: Redactor): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, value !== null && hides(column) ? mask(value) : value]),
  );
}

/** Columns that differ in nothing but case are taken for each other: rather one too many is hidden than one too few. */
function folded(name: string): string {
  return name.toLowerCase();
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(folded(text).match(/[\p{L}\p{N}_$]+/gu) ?? []);
}

function isWord(name: string): boolean {
  return /^[\p{L}\p{N}_$]+$/u.test(name);
}
