import { type ErrorDetail, MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import type { TableStanding } from '../model/standing.ts';
import { tableLabel } from '../model/table-label.ts';

type Reason = Required<Pick<ErrorDetail, 'what' | 'why' | 'fix'>>;

/**
 * Refuses what no command may look at or change as a table: somebody else's, what stores no rows, and rows that
 * another storage keeps than PostgreSQL's heap.
 * @throws MsgdbError MSGDB_TABLE_REFUSED
 */
export function refuseTarget({ table, standing }: Pick<TableFacts, 'table' | 'standing'>): void {
  const label = tableLabel(table);
  const reason =
    notTheUsers(label, standing) ??
    notATable(label, standing) ??
    belongsToExtension(label, standing) ??
    storedOtherwise(label, standing);
  if (reason) throw new MsgdbError('MSGDB_TABLE_REFUSED', { ...reason, data: { table: label } });
}

/** The same for a table whose rows are re-pointed: whose it is does not matter, how its rows are stored does. */
export function storedOtherwise(
  label: string,
  { manager, accessMethod }: Pick<TableStanding, 'manager' | 'accessMethod'>,
): Reason | undefined {
  switch (manager) {
    case 'citus distributed':
      return {
        what: `${label} is distributed over shards by Citus.`,
        why: 'msgdb finds rows by their ctid, and each shard has rows with the same ones.',
        fix: 'msgdb does not work on distributed tables yet: leave the table out, or make it local with undistribute_table.',
      };
    case 'citus reference':
      return {
        what: `${label} is a reference table of Citus.`,
        why: 'Each node has a copy of its rows, and Citus refuses to change them by their ctid.',
        fix: 'msgdb does not work on reference tables yet: leave the table out, or make it local with undistribute_table.',
      };
    case 'citus local':
      return {
        what: `${label} is a table that Citus manages.`,
        why: 'Its rows are in a shard, which may be on another node.',
        fix: 'msgdb does not work on tables of Citus yet: leave the table out, or make it local with undistribute_table.',
      };
    case 'hypertable':
      return {
        what: `${label} is a hypertable of TimescaleDB.`,
        why: 'Its rows are in chunks, and compressed chunks keep many rows in one: such rows have no ctid of their own.',
        fix: 'msgdb does not work on hypertables yet: leave the table out.',
      };
    case 'chunk':
      return {
        what: `${label} is a chunk of a hypertable of TimescaleDB.`,
        why: 'TimescaleDB compresses, moves and drops chunks by itself.',
        fix: 'msgdb does not work on hypertables yet: leave the table out.',
      };
    case undefined:
      return accessMethod === undefined
        ? undefined
        : {
            what: `${label} is stored by the table access method ${accessMethod}, not by heap.`,
            why: 'msgdb locks, archives and removes single rows by their ctid, which only heap is known to have.',
            fix: `Leave the table out, or store it as heap: ALTER TABLE ${label} SET ACCESS METHOD heap.`,
          };
  }
}

function notTheUsers(label: string, { holder, relation, rowsIn }: TableStanding): Reason | undefined {
  switch (holder) {
    case 'user':
      return undefined;
    case 'postgresql':
      return {
        what: `${label} is a system ${relation === 'table' ? 'catalog' : relation} of PostgreSQL.`,
        why: 'Its rows define what is in the database: removing one damages the database.',
        fix: 'Name a table of your own.',
      };
    case 'toast':
      return {
        what: `${label} is a TOAST table: it holds long values of ${listTables(rowsIn) || 'another table'}.`,
        why: 'PostgreSQL alone reads and writes it.',
        fix: rowsIn.length > 0 ? `Name ${listTables(rowsIn)}.` : 'Name the table itself.',
      };
    case 'msgdb':
      return {
        what: `${label} is a ${relation} that msgdb uses itself.`,
        why: 'The schema msgdb holds the history and the archive, which rollback needs as they are.',
        fix: 'Name a table of your own. See what msgdb keeps with `msgdb status` and `msgdb archive list`.',
      };
    case 'a session':
      return {
        what: `${label} is a temporary ${relation}.`,
        why: 'Its rows are in the memory of the session that made it, and no other session can read them.',
        fix: 'Name a permanent table.',
      };
  }
}

function notATable(label: string, { relation, rowsIn, server }: TableStanding): Reason | undefined {
  const tables = listTables(rowsIn);
  switch (relation) {
    case 'table':
    case 'partitioned table':
      return undefined;
    case 'view':
    case 'materialized view':
      return {
        what: `${label} is a ${relation}; ${tables ? `its rows are in ${tables}` : 'it reads no table'}.`,
        why: 'Only a table has rows to remove and a unique index to keep new copies out.',
        fix: tables
          ? `Name ${rowsIn.length === 1 ? tables : `the table that has the copies: ${tables}`}.`
          : 'Name a table, such as one that select tablename from pg_tables lists.',
      };
    case 'foreign table':
      return {
        what: `${label} is a foreign table; its rows are in ${tables} on server ${server}.`,
        why: 'A foreign table has no unique index, and its rows cannot be locked from here.',
        fix: 'Connect msgdb to the database that holds the rows.',
      };
    default:
      return {
        what: `${label} is ${/^[aeiou]/.test(relation) ? 'an' : 'a'} ${relation}, not a table.`,
        why: 'Only a table has rows to remove and a unique index to keep new copies out.',
        fix: 'Name a table, such as one that select tablename from pg_tables lists.',
      };
  }
}

function belongsToExtension(label: string, { extension }: TableStanding): Reason | undefined {
  if (extension === undefined) return undefined;
  return {
    what: `${label} belongs to extension ${extension}.`,
    why: 'The extension may replace its rows, and pg_dump leaves out an index on such a table: the rule would be lost.',
    fix: `Name a table of your own. If it is yours, take it out first: ALTER EXTENSION ${extension} DROP TABLE ${label}.`,
  };
}

function listTables(tables: TableStanding['rowsIn']): string {
  return tables.map(tableLabel).join(', ');
}
