import type { TableRef } from '../upsert.ts';
import { asksForList } from './asks-for-list.ts';
import { endOfPart } from './find-conflicts.ts';
import { readTableName } from './read-table-name.ts';
import { identifierOf, isPunctuation, isWord, type SqlToken } from './scan-sql.ts';

/** A statement that may be one half of a check-then-insert. */
export interface Half {
  readonly kind: 'select' | 'insert';
  readonly at: number;
  readonly end: number;
  readonly table: TableRef;
  /** Of a SELECT: the columns compared with a parameter. Of an INSERT: its columns. */
  readonly columns: readonly string[];
}

/** Reads a whole statement as a lookup by key or a plain insert; undefined when it is neither. */
export function readHalf(tokens: readonly SqlToken[]): Half | undefined {
  const at = tokens[0]?.start ?? 0;
  const end = tokens.at(-1)?.end ?? 0;
  if (isWord(tokens[0], 'select')) return readLookup(tokens, at, end);
  if (!isWord(tokens[0], 'insert') || !isWord(tokens[1], 'into')) return undefined;
  if (tokens.some((token, place) => isWord(token, 'on') && isWord(tokens[place + 1], 'conflict', 'duplicate'))) {
    return undefined;
  }
  // INSERT … SELECT … WHERE NOT EXISTS reads rows; it has no key of its own.
  if (tokens.some((token) => isWord(token, 'select'))) return undefined;
  const { table, next } = readTableName(tokens, 2);
  const close = endOfPart(tokens, next + 1, ['values']);
  const columns = isPunctuation(tokens[next], '(')
    ? tokens.slice(next + 1, close).flatMap((token) => identifierOf(token) ?? [])
    : [];
  return { kind: 'insert', at, end, table, columns };
}

/** SELECT … FROM one table WHERE key = parameter [AND …]; anything more is not a lookup by key. */
function readLookup(tokens: readonly SqlToken[], at: number, end: number): Half | undefined {
  const from = endOfPart(tokens, 1, ['from']);
  if (!isWord(tokens[from], 'from')) return undefined;
  const { table, next } = readTableName(tokens, from + 1);
  if (!isWord(tokens[next], 'where')) return undefined;
  const last = endOfPart(tokens, next + 1, ['order', 'limit', 'for', 'group', 'offset', 'fetch']);
  if (isWord(tokens[last], 'for') || asksForList(tokens.slice(1, from), tokens.slice(last))) return undefined;
  const condition = tokens.slice(next + 1, last);
  const columns = condition.flatMap((token, place) => {
    const compared = isPunctuation(condition[place + 1], '=') && isValue(condition[place + 2]);
    return compared ? (identifierOf(token) ?? []) : [];
  });
  const comparisons = condition.filter((token) => isWord(token, 'and')).length + 1;
  if (columns.length !== comparisons || condition.some((token) => isWord(token, 'or', 'in', 'not'))) return undefined;
  return { kind: 'select', at, end, table, columns };
}

function isValue(token: SqlToken | undefined): boolean {
  return (
    token?.kind === 'parameter' || token?.kind === 'hole' || (token?.kind === 'string' && /[\uE000%]/.test(token.text))
  );
}
