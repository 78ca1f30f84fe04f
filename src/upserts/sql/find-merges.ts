import type { TableRef } from '../upsert.ts';
import { endOfPart } from './find-conflicts.ts';
import { readTableName } from './read-table-name.ts';
import { identifierOf, isPunctuation, isWord, type SqlToken } from './scan-sql.ts';

/** A MERGE that inserts what it does not find. */
export interface MergeStatement {
  readonly at: number;
  readonly end: number;
  readonly table: TableRef;
  /** Columns of the table in its ON condition. */
  readonly key: readonly string[];
}

/** Finds each MERGE that inserts a row where it matches none; one that only updates or deletes makes no second row. */
export function findMerges(tokens: readonly SqlToken[]): readonly MergeStatement[] {
  return tokens.flatMap((token, index) => {
    if (!startsMerge(tokens, index)) return [];
    const { table, next } = readTableName(tokens, index + 2);
    const end = endOfMerge(tokens, next);
    const inserts = tokens
      .slice(next, end)
      .some((each, place, body) => isWord(each, 'then') && isWord(body[place + 1], 'insert'));
    if (!inserts || !isWord(tokens[next], 'using')) return [];
    const alias = identifierOf(tokens[next - 1]) ?? '';
    return [{ at: token.start, end: tokens[end - 1]?.end ?? token.end, table, key: keyOf(tokens, next, alias) }];
  });
}

function startsMerge(tokens: readonly SqlToken[], index: number): boolean {
  return isWord(tokens[index], 'merge') && isWord(tokens[index + 1], 'into');
}

function endOfMerge(tokens: readonly SqlToken[], start: number): number {
  let index = start;
  while (index < tokens.length && !isPunctuation(tokens[index], ';') && !startsMerge(tokens, index)) index += 1;
  return index;
}

function keyOf(tokens: readonly SqlToken[], using: number, alias: string): readonly string[] {
  const on = endOfPart(tokens, using + 1, ['on']);
  const condition = tokens.slice(on + 1, endOfPart(tokens, on + 1, ['when']));
  const columns = condition.flatMap((token, place) =>
    identifierOf(token) === alias && isPunctuation(condition[place + 1], '.')
      ? (identifierOf(condition[place + 2]) ?? [])
      : [],
  );
  return [...new Set(columns)];
}
