import { countOf, formatCount } from '../../model/count-of.ts';
import type { IndexPartFacts, OperationFacts } from '../../model/facts.ts';
import type { LongKeys } from '../../model/long-keys.ts';
import type { IndexBuild } from '../../model/plan.ts';
import type { Refusals } from '../../model/refusals.ts';
import { tableLabel } from '../../model/table-label.ts';
import { partLabel } from '../../resolve/resolve-key.ts';

/** Rows that the index cannot hold stop its build (54000): refused before the first row is removed for it. */
export function refuseLongKeys(
  longKeys: LongKeys | undefined,
  build: IndexBuild,
  { parts }: OperationFacts,
  refusals: Refusals,
): void {
  if (!longKeys || longKeys.rows === 0) return;
  const { rows, largest, most, named } = longKeys;
  const key = build.columns.map(partLabel).join(', ');
  // As PostgreSQL writes keys, so that they are known as values of rows where these are not to be shown.
  const shown = named.rows.map((row) => row.join(', ')).join('; ') + (rows > named.rows.length ? '; …' : '');
  refusals.add(
    'MSGDB_KEY_TOO_LONG',
    `${countOf(rows, 'row')} of ${tableLabel(build.table)} ${rows === 1 ? 'has' : 'have'} a key (${key}) that is too long for ${build.name}: ${formatCount(largest)} bytes, and a btree index holds ${formatCount(most)} at most. ${rows === 1 ? 'The row' : 'Rows'}: (${named.columns.join(', ')})=(${shown}).`,
    digestOf(build, parts),
  );
}

/** What to build instead: a digest in the place of each part that has no fixed width. */
function digestOf({ columns, unique }: IndexBuild, parts: readonly IndexPartFacts[]): string {
  const written = columns.map((part, place) => {
    const { sql, length, textual } = parts[place] ?? { sql: partLabel(part), length: -1, textual: true };
    if (length >= 0) return 'column' in part ? quoted(part.column) : `{ expression: ${quoted(part.expression)} }`;
    const value = sql.replace(/^"([a-z_][a-z0-9_]*)"$/, '$1');
    return `{ expression: ${quoted(`md5(${textual ? value : `${value}::text`})`)} }`;
  });
  const list = `[${written.join(', ')}]`;
  return unique
    ? `Make the rule of a digest: key: ${list}. Or leave these rows out with where.`
    : `Index a digest: columns: ${list}; or use method: 'hash', if = is all that is asked. Or leave these rows out with where.`;
}

function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

/** What only the build can say. */
export function longKeyNotes(longKeys: LongKeys | undefined, { name }: IndexBuild): readonly string[] {
  if (!longKeys || longKeys.untried === 0 || longKeys.rows > 0) return [];
  return [
    `The longest key has ${formatCount(longKeys.untried)} bytes before compression, of which ${name} holds ${formatCount(longKeys.most)}: the run tries these rows in an empty table of the same columns before it removes one.`,
  ];
}
