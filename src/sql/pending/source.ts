import type { Node } from 'libpg-query';
import { parse, type SqlWord, scan } from '../parse-sql.ts';

/** One statement: its tree, whose places are those of its words. */
export interface Source {
  readonly bytes: Buffer;
  readonly words: readonly SqlWord[];
  readonly tree: Node;
}

/** A range of words: from the first up to, without, the last. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The statement by itself, so that places count from its beginning. */
export async function readSource(text: string): Promise<Source | undefined> {
  const tree = (await parse(text)).stmts?.[0]?.stmt;
  if (!tree) return undefined;
  const words = (await scan(text)).filter(({ tokenName }) => !/COMMENT/.test(tokenName));
  return { bytes: Buffer.from(text), words, tree };
}

export function textOf({ bytes, words }: Source, { from, to }: Stretch): string {
  const [first, last] = [words[from], words[to - 1]];
  return first && last && to > from ? bytes.toString('utf8', first.start, last.end) : '';
}

export function isWord({ words }: Source, at: number, ...texts: readonly string[]): boolean {
  return texts.includes(words[at]?.text.toLowerCase() ?? '');
}

/** The word at a place of the tree, or the next one. */
export function wordAt({ words }: Source, location: number | undefined): number {
  const found = words.findIndex(({ start }) => start >= (location ?? 0));
  return found === -1 ? words.length : found;
}

/** The next of these words that is in no parentheses opened since. */
export function findWord(source: Source, from: number, ...texts: readonly string[]): number | undefined {
  for (let at = from, depth = 0; at < source.words.length; at += 1) {
    if (depth === 0 && isWord(source, at, ...texts)) return at;
    depth += depthOf(source, at);
    if (depth < 0) return undefined;
  }
  return undefined;
}

/** The end of an element of a list: a comma, the parenthesis around it, or the end of the statement. */
export function endOfElement(source: Source, from: number): number {
  for (let at = from, depth = 0; at < source.words.length; at += 1) {
    if (depth === 0 && isWord(source, at, ',', ';')) return at;
    depth += depthOf(source, at);
    if (depth < 0) return at;
  }
  return source.words.length;
}

/** What is between a parenthesis and the one that closes it. */
export function insideOf(source: Source, open: number): Stretch {
  for (let at = open, depth = 0; at < source.words.length; at += 1) {
    depth += depthOf(source, at);
    if (depth === 0) return { from: open + 1, to: at };
  }
  return { from: open + 1, to: source.words.length };
}

/** The elements of a list in parentheses. */
export function elementsOf(source: Source, { from, to }: Stretch): readonly Stretch[] {
  const elements: Stretch[] = [];
  for (let at = from; at < to; ) {
    const end = Math.min(endOfElement(source, at), to);
    elements.push({ from: at, to: end });
    at = end + 1;
  }
  return elements;
}

function depthOf(source: Source, at: number): number {
  if (isWord(source, at, '(', '[')) return 1;
  return isWord(source, at, ')', ']') ? -1 : 0;
}
