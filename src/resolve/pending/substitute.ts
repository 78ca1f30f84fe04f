import { quoted } from '../../model/name.ts';
import type { WrittenExpression } from '../../model/pending.ts';
import type { KnownColumn, KnownTable } from './world.ts';

/** An expression in terms of the database as it is now, or why that cannot be said. */
export type Substituted = { readonly sql: string } | { readonly unresolved: string };

/** Puts what the columns hold in the place of their names. */
export function substitute({ text, uses, rowwise }: WrittenExpression, table: KnownTable): Substituted {
  if (!rowwise) return { unresolved: `${text} looks at more than its row` };
  let sql = '';
  let done = 0;
  for (const { column, start, end } of uses) {
    const known = table.columns.get(column);
    const bare = [column, quoted(column)].includes(text.slice(start, end));
    if (bare && known?.kind === 'present' && known.column === column) continue;
    const value = contentOf(known, column, table);
    if (typeof value !== 'string') return value;
    sql += text.slice(done, start) + value;
    done = end;
  }
  return { sql: sql + text.slice(done) };
}

/** What a column holds, as an expression. */
export function contentOf(
  known: KnownColumn | undefined,
  column: string,
  { name }: KnownTable,
): string | { readonly unresolved: string } {
  switch (known?.kind) {
    case 'present':
      return quoted(known.column);
    case 'value':
    case 'constant':
      return `(${known.sql})`;
    case 'null':
      return 'null';
    case 'distinct':
      return { unresolved: `${column} gets another value in each row` };
    case 'unknown':
      return { unresolved: known.reason };
    case undefined:
      return { unresolved: `${name.name} has no column ${column}` };
  }
}
