import type { TableRef } from '../upsert.ts';
import { identifierOf, isFilledIn, isPunctuation, isWord, type SqlToken } from './scan-sql.ts';

/** The table's name at `start`, and the place after it and its alias. A name with a hole in it is dynamic. */
export function readTableName(
  tokens: readonly SqlToken[],
  start: number,
): { readonly table: TableRef; readonly next: number } {
  const first = isWord(tokens[start], 'only') ? start + 1 : start;
  let end = first;
  while (end < tokens.length && (end === first || continues(tokens[end - 1], tokens[end]))) end += 1;
  const parts = tokens.slice(first, end);
  return { table: tableOf(parts), next: skipAlias(tokens, end) };
}

/** Parts of one name touch each other: `app . users` is not written. */
function continues(before: SqlToken | undefined, token: SqlToken | undefined): boolean {
  if (!before || !token || before.end !== token.start) return false;
  return isPunctuation(token, '.') || isPunctuation(before, '.') || [before.kind, token.kind].includes('hole');
}

function tableOf(parts: readonly SqlToken[]): TableRef {
  const dynamic = parts.find(isFilledIn);
  if (dynamic || parts.length === 0) return { kind: 'dynamic', reason: 'the table is named while the program runs' };
  const names = parts.filter((part) => !isPunctuation(part, '.')).map(identifierOf);
  const [name, schema, ...more] = names.toReversed();
  // A third part is the database, which can only be this one.
  if (name === undefined || more.length > 1)
    return { kind: 'dynamic', reason: 'the name of the table is not written as a name' };
  return { kind: 'named', schema, names: [name] };
}

/** Words that follow a table's name and are no alias of it. */
const FOLLOWING = `values select default with overriding table on set using where order limit for group having join
  inner left right full cross natural offset fetch union returning window`.split(/\s+/);

function skipAlias(tokens: readonly SqlToken[], start: number): number {
  if (isWord(tokens[start], 'as')) return start + 2;
  return tokens[start]?.kind === 'word' && !isWord(tokens[start], ...FOLLOWING) ? start + 1 : start;
}
