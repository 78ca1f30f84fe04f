import type { PassedOverTable, TableStatistics } from '../../model/discovery.ts';
import { quotedTable, tableLabel } from '../../model/table-label.ts';
import { storedOtherwise } from '../../resolve/refuse-target.ts';

/** Why a table cannot be looked at, and what mends it; undefined when it can. An empty one has nothing to look at. */
export function passOver(table: TableStatistics): PassedOverTable | undefined {
  const label = tableLabel(table);
  const otherwise = storedOtherwise(label, table);
  if (otherwise) return { table: label, reason: otherwise.what.slice(`${label} `.length, -1), fix: otherwise.fix };
  if (!table.readable) {
    return { table: label, reason: 'the role may not read it', fix: `grant select on ${label} to the role` };
  }
  if (table.rowSecurityActive) {
    return {
      table: label,
      reason: 'row-level security hides rows and statistics from the role',
      // Statistics are hidden from the owner as well then.
      fix: table.rowSecurityForced
        ? `connect as a role with BYPASSRLS; or, as its owner, while msgdb looks: alter table ${quotedTable(table)} no force row level security; afterwards: alter table ${quotedTable(table)} force row level security;`
        : 'connect as its owner, or as a role with BYPASSRLS',
    };
  }
  if (table.empty || table.columns.some(({ statistics }) => statistics !== undefined)) return undefined;
  return {
    table: label,
    reason:
      table.partitionKey.length > 0
        ? 'it has no statistics of its own: autovacuum analyses partitions, not the table over them'
        : 'it has no statistics: it was never analysed',
    fix: `analyze ${label};`,
  };
}
