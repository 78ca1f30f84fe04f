import type { RowGuard } from '../model/dedupe.ts';
import type { TableFacts } from '../model/facts.ts';
import type { OutgoingKey, PartitionRules } from '../model/partition-rules.ts';
import { isSameTable } from '../model/table-name.ts';
import { isAbout, mentions } from './colliding-keys.ts';
import { checkGuards, exclusionGuard, uniqueGuard } from './constraint-guards.ts';
import { changesPartition } from './partition-keys.ts';

/** What partitions ask of their rows by themselves when these columns change, and what being in one asks. */
export function partitionGuards(table: TableFacts, changed: readonly string[]): readonly RowGuard[] {
  const change = { columns: changed, moves: changesPartition(table, changed) };
  return [...placeGuards(table, change), ...table.parts.flatMap((part) => ownGuards(part, table, change))];
}

/** The columns that change, and whether a row may come to another partition by it. */
interface Change {
  readonly columns: readonly string[];
  readonly moves: boolean;
}

/** A row has to be in a partition; a table that is one, and is changed by itself, keeps its rows. */
function placeGuards(table: TableFacts, { columns: changed, moves }: Change): readonly RowGuard[] {
  const { kind, bound, parts } = table;
  const name = table.table.name;
  if (kind !== 'partitioned') {
    return bound !== undefined && mentions(bound, changed) ? [{ kind: 'partition', name, bound }] : [];
  }
  if (!moves) return [];
  const bounds = parts
    .filter(({ leaf }) => leaf)
    .map((leaf) => (leaf.bound === undefined ? '(true)' : `(${leaf.bound})`));
  return [{ kind: 'partition', name, bound: bounds.length === 0 ? 'false' : bounds.join(' or ') }];
}

function ownGuards(part: PartitionRules, table: TableFacts, { columns: changed, moves }: Change): readonly RowGuard[] {
  // Whoever comes from another partition is new here with all of its values.
  const about = (columns: readonly string[]): boolean => moves || columns.some((column) => changed.includes(column));
  const scope = part.bound === undefined ? {} : { scope: { inside: part.bound } };
  const asked: readonly RowGuard[] = [
    ...checkGuards(part.checks, (check) => moves || check.columns.some((column) => changed.includes(column))),
    ...part.notNull
      .filter((column) => about([column]))
      .map((column) => ({ kind: 'not null' as const, name: column, column })),
    ...part.indexes
      .filter((index) => index.exclusion && index.ready && (moves || isAbout(index, changed)))
      .map((index) => exclusionGuard(index, part.bound)),
    // Rows that are copies by what changes are found as such; whoever comes from another partition may meet any row.
    ...part.indexes
      .filter((index) => index.unique && !index.exclusion && index.ready && moves && !isAbout(index, changed))
      .map((index) => uniqueGuard(index, part.bound)),
    ...part.foreignKeys.filter(({ columns, to }) => about(columns) && !isWithin(to, table)).map(foreignKeyGuard),
  ];
  const leaving = moves
    ? part.referencedBy.map(({ name }) => ({
        kind: 'leaving' as const,
        name,
        partition: part.table,
        scope: { from: part.oid, ...(part.bound === undefined ? {} : { outside: part.bound }) },
      }))
    : [];
  return [...asked.map((guard) => ({ ...guard, ...scope, partition: part.table })), ...leaving];
}

/** What it names has to be there; rows of a table that is changed itself are looked after elsewhere. */
export function foreignKeyGuard({ name, columns, to, partitioned, referenced, operators }: OutgoingKey): RowGuard {
  return { kind: 'foreign key', name, columns, to, partitioned, referenced, operators };
}

/** Is it the table itself, or a partition of it? */
function isWithin(to: OutgoingKey['to'], { table, parts }: TableFacts): boolean {
  return [table, ...parts.map((part) => part.table)].some((each) => isSameTable(each, to));
}
