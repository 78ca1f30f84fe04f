import { z } from 'zod';
import { sqlSchema } from './common.ts';
import { parseOptions } from './parse-options.ts';

export interface SqlOptions {
  readonly up: string;
  /** Undo; without it the migration cannot be rolled back. */
  readonly down?: string;
  /** `false` runs each statement alone. Statements that cannot be in a transaction are found without it. */
  readonly transaction?: boolean;
}

/** SQL of the user's own, for what no operation covers. */
export interface SqlOperation {
  readonly kind: 'sql';
  readonly up: string;
  readonly down?: string | undefined;
  readonly transaction: boolean;
}

const schema = z.strictObject({
  up: sqlSchema,
  down: sqlSchema.optional(),
  transaction: z.boolean().default(true),
});

/**
 * Declares SQL to run, and the SQL that undoes it.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when an option is wrong.
 */
export function sql(options: SqlOptions): SqlOperation {
  return Object.freeze({ kind: 'sql', ...parseOptions('sql', schema, options) } as SqlOperation);
}
