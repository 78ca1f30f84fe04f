import type { OperationFacts, TableFacts } from '../model/facts.ts';
import { findTable } from '../model/find-table.ts';
import { quoted } from '../model/name.ts';
import type { Refusals } from '../model/refusals.ts';
import { quotedTable, tableLabel } from '../model/table-label.ts';
import { isSameTable, type TableName } from '../model/table-name.ts';
import type { Ties } from '../model/ties.ts';

/** Tables whose statements PostgreSQL would rewrite, or not execute, whatever their rows are. */
export function refuseRewritten(table: TableFacts, refusals: Refusals): void {
  const label = tableLabel(table.table);
  const alter = `alter table ${quotedTable(table.table)}`;
  if (table.rules.length > 0) {
    refusals.add(
      'MSGDB_REFUSED',
      `${label} has rules (${table.rules.join(', ')}) that could rewrite an UPDATE, a DELETE, or the INSERT that undoes it.`,
      `While msgdb works: ${table.rules.map((rule) => `${alter} disable rule ${quoted(rule)};`).join(' ')}`,
    );
  }
  if (table.blockedPublications.length > 0) {
    refusals.add(
      'MSGDB_REFUSED',
      `${label} is published (${table.blockedPublications.join(', ')}) without a replica identity: UPDATE and DELETE would fail.`,
      table.primaryKey.length > 0
        ? `${alter} replica identity default; (its primary key is one)`
        : `${alter} replica identity full; or add a primary key.`,
    );
  }
}

/**
 * The same of tables that only ON UPDATE CASCADE changes: its statements are rewritten and checked like any others. Those
 * that refer to the table itself, or to copies among its children, are looked at as children.
 */
export function refuseCascades(
  { moves }: Ties,
  children: readonly TableName[],
  facts: OperationFacts,
  refusals: Refusals,
): void {
  const tables = new Set(
    moves.flatMap((move) => (move.kind === 'cascade' ? (findTable(facts, move.image.table) ?? []) : [])),
  );
  for (const table of tables) {
    if (!children.some((child) => isSameTable(child, table.table))) refuseRewritten(table, refusals);
  }
}
