import { showName } from '../../sql/show-name.ts';
import type { Target } from '../upsert.ts';
import { joinTokens } from './parse-target.ts';
import { identifierOf, scanSql } from './scan-sql.ts';

type KeyTarget = Extract<Target, { kind: 'key' }>;

/** The target with a class's names for columns as the table has them; what was written as SQL stays. */
export function renameTarget(target: KeyTarget, rename: (attribute: string) => string): KeyTarget {
  const attributes = target.attributes ?? [];
  const renamed = (sql: string | undefined): string | undefined =>
    sql === undefined || attributes.length === 0 ? sql : renameIn(sql, attributes, rename);
  return {
    ...target,
    elements: target.elements.map((element) => {
      if (element.column === undefined) return element;
      const column = rename(element.column);
      return column === element.column ? element : { sql: showName(column), column };
    }),
    where: renamed(target.where),
    whereWritten: renamed(target.whereWritten),
    attributes: attributes.map(rename),
  };
}

function renameIn(sql: string, attributes: readonly string[], rename: (attribute: string) => string): string {
  return joinTokens(sql, scanSql(sql), (token) => {
    const name = identifierOf(token);
    return name !== undefined && attributes.includes(name) ? showName(rename(name)) : token.text;
  });
}
