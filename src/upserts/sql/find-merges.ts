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

export function findMerges(tokens: readonly SqlToken[]): readonly MergeStatement[] {
  return tokens.flatMap((token, index) => {
    if (!isWord(token, 'merge') || !isWord(tokens[index + 1], 'into')) return [];
    const { table, next } = readTableName(tokens, index + 2);
    const end = tokens.findIndex((each, place) => place >= next && isPunctuation(each, ';'));
    const body = tokens.slice(next, end < 0 ? undefined : end);
    const inserts = body.some((each, place) => isWord(each, 'insert') && isWord(body[place - 1], 'then'));
    if (!inserts || !isWord(body[0], 'using')) return [];
    const alias = identifierOf(tokens[next - 1]) ?? '';
    const last = body.at(-1)?.end ?? token.end;
    return [{ at: token.start, end: last, table, key: keyOf(body, alias) }];
  });
}

function keyOf(body: readonly SqlToken[], alias: string): readonly string[] {
  const on = endOfPart(body, 1, ['on']);
  const condition = body.slice(on + 1, endOfPart(body, on + 1, ['when']));
  const columns = condition.flatMap((token, place) =>
    identifierOf(token) === alias && isPunctuation(condition[place + 1], '.')
      ? (identifierOf(condition[place + 2]) ?? [])
      : [],
  );
  return [...new Set(columns)];
}
