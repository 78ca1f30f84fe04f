import { z } from 'zod';
import type { MsgdbError } from '../errors.ts';
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
  /** The .sql files that it stands in; in a file of code its lines are not those of the file. */
  readonly files?: { readonly up: string; readonly down: string };
  /** What they consist of: parsed when the file is loaded, which takes too long to be done again. */
  readonly statements?: { readonly up: readonly ScriptStatement[]; readonly down: readonly ScriptStatement[] };
}

/** One statement of a script. */
export interface ScriptStatement {
  readonly text: string;
  /** Line of its first word in the script, from 1. */
  readonly line: number;
  /** Of its first word in that line, from 1. */
  readonly column: number;
  /** Can it run in a transaction with others? */
  readonly transactional: boolean;
  /** The index that it builds concurrently, by the names that it writes. */
  readonly builds?: {
    readonly index: string | undefined;
    readonly table: { readonly schema: string | undefined; readonly name: string };
  };
  /** Why PostgreSQL's parser, in the version that is part of msgdb, does not take it; the server may know more. */
  readonly unread?: MsgdbError;
}

/** As it is written: lines are counted from its start. */
const scriptSchema = z.string().regex(/\S/, 'it is empty');

const schema = z.strictObject({
  up: scriptSchema,
  down: scriptSchema.optional(),
  transaction: z.boolean().default(true),
});

/**
 * Declares SQL to run, and the SQL that undoes it.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when an option is wrong.
 */
export function sql(options: SqlOptions): SqlOperation {
  return Object.freeze({ kind: 'sql', ...parseOptions('sql', schema, options) } as SqlOperation);
}
