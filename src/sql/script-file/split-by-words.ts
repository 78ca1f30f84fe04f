import { type SqlWord, scan } from '../parse-sql.ts';

/** A statement by its words, in bytes. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a script that the parser does not take, by its words alone, as psql does: at the semicolons that are in no
 * parentheses (CREATE RULE … DO (…; …)) and in no body of a function (BEGIN ATOMIC … END).
 * @throws where a string or a comment has no end.
 */
export async function splitByWords(script: string): Promise<readonly Stretch[]> {
  const stretches: Stretch[] = [];
  let words: SqlWord[] = [];
  let depth = { parentheses: 0, blocks: 0 };
  for (const word of await scan(script)) {
    if (/COMMENT/.test(word.tokenName)) continue;
    if (word.text === ';' && depth.parentheses === 0 && depth.blocks === 0) {
      stretches.push(...stretchOf(words));
      words = [];
      depth = { parentheses: 0, blocks: 0 };
      continue;
    }
    words.push(word);
    depth = {
      parentheses: Math.max(0, depth.parentheses + (PARENTHESES[word.text] ?? 0)),
      blocks: Math.max(0, depth.blocks + blockChange(words, depth.blocks)),
    };
  }
  return [...stretches, ...stretchOf(words)];
}

const PARENTHESES: Readonly<Record<string, number>> = { '(': 1, ')': -1 };

function stretchOf(words: readonly SqlWord[]): readonly Stretch[] {
  const [first, last] = [words[0], words.at(-1)];
  return first && last ? [{ start: first.start, end: last.end }] : [];
}

/** Only the body of a function or procedure has statements in a statement; CASE ends with END too. */
function blockChange(words: readonly SqlWord[], blocks: number): number {
  const texts = words.slice(0, 4).map(({ text }) => text.toLowerCase());
  const [first, second, third, fourth] = texts;
  const kind = second === 'or' && third === 'replace' ? fourth : second;
  if (first !== 'create' || (kind !== 'function' && kind !== 'procedure')) return 0;
  const word = words.at(-1)?.text.toLowerCase();
  if (word === 'begin') return 1;
  if (word === 'case' && blocks > 0) return 1;
  return word === 'end' ? -1 : 0;
}
