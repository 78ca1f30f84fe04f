import type { CheckFacts, IndexFacts } from './constraint-facts.ts';
import type { TableName } from './table-name.ts';
import type { TriggerFacts } from './triggers.ts';

/** A foreign key of a table, by which its own rows refer to others. */
export interface OutgoingKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly to: TableName;
  /** The referenced table is partitioned. */
  readonly partitioned: boolean;
  readonly referenced: readonly string[];
  /** The operators it compares with, referenced column first. */
  readonly operators: readonly string[];
  /** It is a part of a key of the partitioned table above. */
  readonly inherited: boolean;
}

/** What a partition, at any level, asks of its rows that the table above it does not ask. */
export interface PartitionRules {
  readonly table: TableName;
  readonly oid: number;
  /** It has rows itself. */
  readonly leaf: boolean;
  /** Which rows it takes, as PostgreSQL writes it over the columns; undefined: all. */
  readonly bound: string | undefined;
  /** Columns that are NOT NULL only here. */
  readonly notNull: readonly string[];
  readonly checks: readonly CheckFacts[];
  /** Unique indexes and those of EXCLUDE constraints that belong to no index of the table above. */
  readonly indexes: readonly IndexFacts[];
  readonly triggers: readonly TriggerFacts[];
  /** Those that are not inherited. */
  readonly foreignKeys: readonly OutgoingKey[];
  /** Foreign keys of other tables that refer to this partition alone. */
  readonly referencedBy: readonly { readonly name: string; readonly table: TableName }[];
}

/** What a table that is partitioned, or a partition itself, has besides what every table has. */
export interface Partitioning {
  /** Which rows it takes, where it is a partition. */
  readonly bound: string | undefined;
  /** From the top down, at every level. */
  readonly parts: readonly PartitionRules[];
  /** The table's own foreign keys. */
  readonly foreignKeys: readonly OutgoingKey[];
}
