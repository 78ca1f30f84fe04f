import type { OperationFacts, TableFacts } from '../../model/facts.ts';
import { findTable } from '../../model/find-table.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { TriggerFacts } from '../../model/triggers.ts';
import { rowsOf } from './scan-seconds.ts';

/** Measured with everything in memory; docs/decisions/0026 has the figures. */
const SECONDS_PER_REMOVED_ROW = 30e-6;
const SECONDS_PER_CHANGED_ROW = 20e-6;
const SECONDS_PER_INDEX_ENTRY = 5e-6;
/** A row trigger in PL/pgSQL that writes a row somewhere: what it really does cannot be known. */
const SECONDS_PER_TRIGGER = 30e-6;
/** PostgreSQL looks for rows that refer to one that goes, in each partition, by an index. */
const SECONDS_PER_LOOK_UP = 8e-6;
/** Of an image in the archive. Long values are stored apart, in pieces of 2 kB that go and come one by one. */
const SECONDS_PER_BYTE = 4e-9;
const SECONDS_PER_TOASTED_BYTE = 20e-9;

/** What becomes of an image of each row that is changed. */
export type Imaging = 'archived' | 'not archived';

/** What removing one row of a table takes, with its image and the look-ups for rows that still refer to it. */
export function secondsToRemove(table: TableFacts, facts: OperationFacts, imaging: Imaging = 'archived'): number {
  const image = imaging === 'archived' ? imageSeconds(table) : 0;
  return SECONDS_PER_REMOVED_ROW + image + triggerSeconds(table, 'delete') + lookUpSeconds(table, facts);
}

/** What changing one row takes: its images before and after, and an entry in each index. */
export function secondsToChange(table: TableFacts): number {
  const entries = table.indexes.length * SECONDS_PER_INDEX_ENTRY;
  return SECONDS_PER_CHANGED_ROW + 2 * imageSeconds(table) + entries + triggerSeconds(table, 'update');
}

/** Partitions of a table that have to be looked into for one value of the columns; 1 for a table that is not partitioned. */
export function partitionsFor(
  { table, partitionKey }: TableFacts,
  columns: readonly string[],
  { childPartitions, partitions }: Pick<OperationFacts, 'childPartitions' | 'partitions'>,
): number {
  if (partitionKey === undefined) return 1;
  // Expressions are not among its columns.
  if (partitionKey.length > 0 && partitionKey.every((part) => columns.includes(part))) return 1;
  const parts = childPartitions.filter(({ top }) => isSameTable(top, table));
  return Math.max((parts.length > 0 ? parts : partitions).filter(({ kind }) => kind === 'table').length, 1);
}

function imageSeconds(table: TableFacts): number {
  const rows = Math.max(rowsOf(table), 1);
  return (table.bytes / rows) * SECONDS_PER_BYTE + (table.toastBytes / rows) * SECONDS_PER_TOASTED_BYTE;
}

/** Of the table and, as a row is in one of them, of the partition that has most by itself, with those between. */
function triggerSeconds({ triggers, parts }: TableFacts, change: 'update' | 'delete'): number {
  const fire = (all: readonly TriggerFacts[]): number =>
    all.filter(({ enabled, row, events }) => enabled && row && events.includes(change)).length;
  const leaves = parts.filter(({ leaf }) => leaf).map((part) => fire(part.triggers));
  const between = parts.filter(({ leaf }) => !leaf).reduce((sum, part) => sum + fire(part.triggers), 0);
  return (fire(triggers) + between + Math.max(0, ...leaves)) * SECONDS_PER_TRIGGER;
}

function lookUpSeconds({ table, referencedBy }: TableFacts, facts: OperationFacts): number {
  return referencedBy.reduce((sum, key) => {
    const child = findTable(facts, key.table);
    const places = child && child.table !== table ? partitionsFor(child, key.columns, facts) : 1;
    return sum + places * SECONDS_PER_LOOK_UP;
  }, 0);
}
