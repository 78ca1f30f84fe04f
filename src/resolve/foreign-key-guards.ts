import type { RowGuard } from '../model/dedupe.ts';
import type { TableFacts } from '../model/facts.ts';
import { quoted } from '../model/name.ts';
import { changedColumns } from './colliding-keys.ts';
import { foreignKeyGuard } from './partition-guards.ts';

/**
 * What rows of the table itself name has to be there when these columns of theirs take other values. PostgreSQL asks it
 * of a row only where the value changes: a key that is NOT VALID may have rows that name nothing.
 */
export function foreignKeyGuards(table: TableFacts, written: readonly string[]): readonly RowGuard[] {
  const changed = changedColumns(table, written);
  return table.foreignKeys
    .filter(({ columns }) => columns.some((name) => changed.includes(name)))
    .map((key) => ({
      ...foreignKeyGuard(key),
      scope: {
        when: key.columns.map((name) => `old.${quoted(name)} is distinct from new.${quoted(name)}`).join(' or '),
      },
    }));
}
