/** A piece of a string's value and where in the source it begins; a hole is a piece of one character. */
export interface Piece {
  readonly text: string;
  readonly at: number;
}

/**
 * What an expression of any language comes to, as far as the file itself says: the common ground on which statements and
 * calls are read. What is only known while the program runs is `unknown`.
 */
export type Value =
  | { readonly kind: 'text'; readonly pieces: readonly Piece[]; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'member'; readonly object: Value; readonly name: string; readonly at: number }
  | CallValue
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly at: number }
  | RecordValue
  /** A function written in place, of which only its result matters: `(oc) => oc.column('id')`. */
  | { readonly kind: 'function'; readonly result: Value; readonly at: number }
  /** A number, true, false or null, as the language writes it. */
  | { readonly kind: 'literal'; readonly text: string; readonly at: number }
  | { readonly kind: 'unknown'; readonly at: number };

export interface CallValue {
  readonly kind: 'call';
  /** The last part of what is called: `upsert` of `db.from('t').upsert(…)`. */
  readonly name: string;
  readonly receiver: Value | undefined;
  readonly arguments: readonly Value[];
  /** Arguments given by name: Python's `key=`, Ruby's `key:`, C#'s `key:`. */
  readonly named: ReadonlyMap<string, Value>;
  /** Where the name stands that is called. */
  readonly nameAt: number;
  readonly at: number;
  readonly end: number;
}

export interface RecordValue {
  readonly kind: 'record';
  /** Its type where it is written: `clause.OnConflict`. */
  readonly type: string | undefined;
  readonly entries: readonly { readonly key: string; readonly value: Value }[];
  readonly at: number;
  readonly end: number;
}

/** The value of a string without holes. */
export function textOf(value: Value | undefined): string | undefined {
  if (value?.kind !== 'text') return undefined;
  const text = joinPieces(value.pieces);
  return /[\uE000\uE001]/.test(text) ? undefined : text;
}

/** No statement is longer than the largest file; a program's texts can double with each line. */
export const LONGEST_TEXT = 2 * 1024 * 1024;

/** The length in characters of what the pieces come to. */
export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((length, { text }) => length + text.length, 0);
}

/** The text of the pieces together, each hole in it as its one character. */
export function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('');
}

/** An entry of a record by its key. */
export function entryOf(value: Value | undefined, ...keys: readonly string[]): Value | undefined {
  return value?.kind === 'record' ? value.entries.find(({ key }) => keys.includes(key))?.value : undefined;
}

/** A string, symbol or bare name, as libraries take it for a column: `'email'`, `User.email`, `users.email`. */
export function nameIn(value: Value | undefined): string | undefined {
  if (value?.kind === 'text') return textOf(value);
  return value?.kind === 'name' || value?.kind === 'member' ? value.name : undefined;
}

/** Columns out of one name or a list of them; undefined when one is not written out. */
export function namesIn(value: Value | undefined): readonly string[] | undefined {
  const items = value?.kind === 'list' ? value.items : value === undefined ? [] : [value];
  const names = items.map(nameIn);
  return names.length > 0 && names.every((name) => name !== undefined) ? names : undefined;
}

/** What makes a model: its name in the source is what its table is known by. */
export function isModel(value: Value): boolean {
  return value.kind === 'call' && ['pgTable', 'define', 'Table', 'table'].includes(value.name);
}
