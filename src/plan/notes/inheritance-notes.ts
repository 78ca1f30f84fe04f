import type { TableFacts } from '../../model/facts.ts';
import { tableLabel } from '../../model/table-label.ts';

/** A unique index covers the rows of one table; a SELECT of the same table shows those of its heirs too. */
export function inheritanceNotes({ table, inherits }: TableFacts): readonly string[] {
  return inherits
    ? [
        `Rows of tables that inherit from ${tableLabel(table)} are not counted: a unique index on it does not cover them.`,
      ]
    : [];
}
