import type { TableFacts } from '../../model/facts.ts';
import { nearest } from '../../model/nearest.ts';
import { showName } from '../../sql/show-name.ts';
import type { ConflictUpsert, Mention } from '../upsert.ts';
import type { Remark } from './judged-upsert.ts';

/** Every table has them. */
const SYSTEM = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

const USES: Readonly<Record<Mention['use'], string>> = {
  inserted: 'which INSERT names',
  set: 'which DO UPDATE sets',
  read: 'which DO UPDATE reads',
};

/** Columns that a statement names and its table does not have: PostgreSQL says so (42703) when the statement runs. */
export function missingColumns({ mentions }: ConflictUpsert, facts: TableFacts): readonly Remark[] {
  const missing = mentions.filter(
    ({ column, use }) => !hasColumn(facts, column) && !(use === 'read' && SYSTEM.has(column)),
  );
  const byName = new Map(missing.toReversed().map((mention) => [mention.column, mention]));
  return [...byName.values()].toReversed().map(({ column, use }) => missingColumn(column, USES[use], facts));
}

/** Columns of the target. */
export function missingTarget(columns: readonly string[], facts: TableFacts): readonly Remark[] {
  return columns.map((column) => missingColumn(column, 'which the target names', facts));
}

export function hasColumn({ columns }: TableFacts, name: string): boolean {
  return columns.some((column) => column.name === name);
}

function missingColumn(column: string, use: string, { table, columns }: TableFacts): Remark {
  return {
    level: 'error',
    code: 'MSGDB_UPSERT_COLUMN_MISSING',
    message: `${table.name} has no column ${column}, ${use}: 42703.`,
    fix:
      column === table.name
        ? 'Write the column without the table.'
        : fixOf(
            column,
            columns.map(({ name }) => name),
          ),
  };
}

function fixOf(column: string, columns: readonly string[]): string {
  const meant = nearest(column, columns);
  const name = meant === undefined ? 'Correct the name' : `Write ${showName(meant)}`;
  return `${name}, or run the migration that adds ${showName(column)}.`;
}
