import { z } from 'zod';
import { nameSchema, type Value, valueSchema } from './common.ts';
import { parseOptions } from './parse-options.ts';

export interface RelinkOptions {
  /** The table whose rows lost their reference. */
  readonly table: string;
  /** The reference column that is NULL or dangling. */
  readonly column: string;
  /** The referenced table, or `table.column`; its primary key if no column is given. */
  readonly to: string;
  /** Which column of the row equals which column of the referenced row. */
  readonly match: Readonly<Record<string, string>>;
  /**
   * Creates referenced rows that are missing: the matched columns, and these. An expression is an aggregate over the
   * rows that lack the reference, such as `min(created_at)`.
   */
  readonly createMissing?: Readonly<Record<string, Value>>;
}

/** Fills a reference that is NULL or dangling from columns that match. */
export interface Relink {
  readonly kind: 'relink';
  readonly table: string;
  readonly column: string;
  readonly to: string;
  readonly match: Readonly<Record<string, string>>;
  readonly createMissing?: Readonly<Record<string, Value>> | undefined;
}

const schema = z.strictObject({
  table: nameSchema,
  column: nameSchema,
  to: nameSchema,
  match: z
    .record(nameSchema, nameSchema)
    .refine((match) => Object.keys(match).length > 0, 'needs at least one pair of columns'),
  createMissing: z.record(nameSchema, valueSchema).optional(),
});

/**
 * Declares that lost references are found again by matching columns.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when an option is wrong.
 */
export function relink(options: RelinkOptions): Relink {
  return Object.freeze({ kind: 'relink', ...parseOptions('relink', schema, options) } as Relink);
}
