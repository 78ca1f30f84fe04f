import type { TableImage } from '../model/dedupe.ts';
import type { ColumnFacts, TableFacts, TableName } from '../model/facts.ts';
import { matchName, parseName, quoted, truncateBytes } from '../model/name.ts';
import type { Refusals } from './refusals.ts';

/** A table as people write it: without the schema everybody expects. */
export function tableLabel({ schema, name }: TableName): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

/** A table as a statement names it that a person is to run. */
export function quotedTable({ schema, name }: TableName): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

/** Finds a column by a person's name for it. */
export function findColumn(facts: TableFacts, name: string): ColumnFacts | undefined {
  const [part, ...more] = parseName(name);
  if (!part || more.length > 0) return undefined;
  const found = matchName(
    part,
    facts.columns.map((column) => column.name),
  );
  return facts.columns.find((column) => column.name === found);
}

/** The same, noting the refusal when there is none. */
export function requireColumn(facts: TableFacts, name: string, refusals: Refusals): ColumnFacts | undefined {
  const column = findColumn(facts, name);
  if (!column) {
    refusals.add(
      'MSGDB_COLUMN_NOT_FOUND',
      `${tableLabel(facts.table)} has no column ${name}.`,
      `Its columns are ${facts.columns.map((each) => each.name).join(', ')}.`,
    );
  }
  return column;
}

/** Of two values for one column, under two of its names, nothing says which is meant; PostgreSQL refuses both (42601). */
export function refuseTwice(option: string, columns: readonly { readonly column: string }[], refusals: Refusals): void {
  const names = columns.map(({ column }) => column);
  for (const name of new Set(names.filter((each, place) => names.indexOf(each) !== place))) {
    refusals.add(
      'MSGDB_USAGE',
      `${option} names the column ${name} more than once.`,
      `Write ${name} once in ${option}.`,
    );
  }
}

/** The table as the archive keeps it. */
export function imageOf(facts: TableFacts): TableImage {
  return {
    table: facts.table,
    partitioned: facts.kind === 'partitioned',
    columns: facts.columns.map(({ name, storageType, collation, generated, expression, identityAlways }) => ({
      name,
      storageType,
      collation,
      generated,
      expression,
      identityAlways,
    })),
    identity: facts.primaryKey,
  };
}

/** A name for the rule's index where none is given: PostgreSQL's own habit, within its 63 bytes. */
export function deriveIndexName(table: string, parts: readonly string[]): string {
  const words = parts.map((part) => part.replaceAll(/[^\p{L}\p{N}_]+/gu, '_').replaceAll(/^_+|_+$/g, ''));
  return `${truncateBytes(`${table}_${words.join('_')}`, 59)}_key`;
}
