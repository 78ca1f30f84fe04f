import type { TableName } from '../../model/facts.ts';
import type { KeyPart, Nulls } from '../../model/operations/common.ts';
import { quoteName, quoteTable } from '../quote.ts';

/** A unique index that is there before the migration that makes it. */
export interface EarlyIndex {
  readonly table: TableName;
  readonly index: string;
  readonly key: readonly KeyPart[];
  readonly where: string | undefined;
  readonly nulls: Nulls;
  readonly as: 'index' | 'constraint' | 'primary key';
  readonly concurrently: boolean;
}

/**
 * What the migration says instead, in the upper case of files that runners write: it passes over the index where it is
 * there, and makes it where it is not, as in a new database.
 */
export function statementsInstead(early: EarlyIndex, defaultSchema: string): readonly string[] {
  const { table, index, key, where, nulls, as, concurrently } = early;
  const name = quoteName(index);
  const on = table.schema === defaultSchema ? quoteName(table.name) : quoteTable(table);
  const parts = key.map((part) => (typeof part === 'string' ? quoteName(part) : `(${part.expression})`)).join(', ');
  const create = [
    `CREATE UNIQUE INDEX ${concurrently ? 'CONCURRENTLY ' : ''}IF NOT EXISTS ${name} ON ${on} (${parts})`,
    ...(nulls === 'not distinct' ? ['NULLS NOT DISTINCT'] : []),
    ...(where === undefined ? [] : [`WHERE ${where}`]),
  ].join(' ');
  if (as === 'index') return [`${create};`];
  const kind = as === 'constraint' ? 'UNIQUE' : 'PRIMARY KEY';
  return [`${create};`, `ALTER TABLE ${on} ADD CONSTRAINT ${name} ${kind} USING INDEX ${name};`];
}
