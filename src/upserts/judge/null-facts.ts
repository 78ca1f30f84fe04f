import type { ColumnDefault } from '../../catalog/read-generated.ts';
import type { TableFacts } from '../../model/facts.ts';
import { isNeverNull } from '../sql/never-null.ts';
import { columnsIn, readExpression, type Truth, truthsWhenNull } from '../sql/null-logic.ts';

/** What the expressions of a table say of its columns. */
export interface NullFacts {
  /** Columns that are never NULL, because a CHECK or a domain forbids it. */
  readonly refuseNull: readonly string[];
  /** Columns that are not NULL in a row that does not bring them. */
  readonly filled: readonly string[];
  /** Of each unique index. */
  readonly reads: ReadonlyMap<string, IndexReads>;
}

export interface IndexReads {
  /** Columns that its key is made of, those in expressions too. */
  readonly columns: readonly string[];
  /** Columns that are not NULL in any row of the index. */
  readonly withoutNull: readonly string[];
}

/** Reads them with PostgreSQL's own parser; what cannot be read says nothing. */
export async function nullFactsOf(
  { columns, checks, indexes }: TableFacts,
  defaults: readonly ColumnDefault[],
): Promise<NullFacts> {
  const refuseNull = new Set<string>();
  for (const { expression, columns: named } of checks) {
    const condition = await readExpression(expression);
    for (const name of named) if (comesOnlyTo(condition, name, 'false')) refuseNull.add(name);
  }
  for (const { name, domain } of columns) {
    for (const { expression } of domain) {
      // NOT NULL has no expression.
      if (expression === undefined || comesOnlyTo(await readExpression(expression), 'value', 'false'))
        refuseNull.add(name);
    }
  }
  const filled: string[] = [];
  for (const { name, expression } of defaults) if (isNeverNull(await readExpression(expression))) filled.push(name);
  const reads = new Map<string, IndexReads>();
  for (const { name, unique, key, predicate } of indexes) {
    if (!unique) continue;
    const parts = await Promise.all(
      key.map(async ({ column, text }) => (column === undefined ? columnsIn(await readExpression(text)) : [column])),
    );
    const condition = predicate === undefined ? undefined : await readExpression(predicate);
    const names = [...new Set(parts.flat())];
    const left = names.filter((column) => comesOnlyTo(condition, column, 'false', 'null'));
    reads.set(name, { columns: parts.some((part) => part.length === 0) ? [] : names, withoutNull: left });
  }
  return { refuseNull: [...refuseNull], filled, reads };
}

function comesOnlyTo(condition: unknown, column: string, ...truths: readonly Truth[]): boolean {
  return truthsWhenNull(condition, column).every((truth) => truths.includes(truth));
}
