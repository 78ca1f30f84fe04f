import { z } from 'zod';
import { DURATION_FORM, durationMs } from '../duration.ts';
import type { MsgdbError } from '../errors.ts';
import { parseOptions } from './parse-options.ts';

export interface SqlOptions {
  readonly up: string;
  /** Undo; without it the migration cannot be rolled back. */
  readonly down?: string;
  /** `false` runs each statement alone. Statements that cannot be in a transaction are found without it. */
  readonly transaction?: boolean;
  /** As long as a statement may take, such as `30m`: PostgreSQL's statement_timeout. Left out, there is no limit. */
  readonly timeout?: string;
  /** As long as an attempt waits for a lock, such as `5s`: PostgreSQL's lock_timeout. Left out, `--lock-timeout` holds. */
  readonly lockTimeout?: string;
}

/** What statements of a script are limited to, as durations that are written: `30m`. */
export interface ScriptLimits {
  readonly timeout?: string | undefined;
  readonly lockTimeout?: string | undefined;
}

/** How a script is run, as its header or its declaration says. */
export interface ScriptWay extends ScriptLimits {
  /** False: each statement by itself. */
  readonly transaction: boolean;
}

/** SQL of the user's own, for what no operation covers. */
export interface SqlOperation extends ScriptWay {
  readonly kind: 'sql';
  readonly up: string;
  readonly down?: string | undefined;
  /** How the undo is run, where a file of its own says so. */
  readonly downWay?: ScriptWay;
  /** The .sql files that it stands in; in a file of code its lines are not those of the file. */
  readonly files?: { readonly up: string; readonly down: string };
  /** What they consist of: parsed before anything is done, which takes too long to be done again; absent until then. */
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

const durationSchema = z.string().refine((text) => durationMs(text) !== undefined, `it is not ${DURATION_FORM}`);

const schema = z.strictObject({
  up: scriptSchema,
  down: scriptSchema.optional(),
  transaction: z.boolean().default(true),
  timeout: durationSchema.optional(),
  lockTimeout: durationSchema.optional(),
});

/**
 * Declares SQL to run, and the SQL that undoes it.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when an option is wrong.
 */
export function sql(options: SqlOptions): SqlOperation {
  return Object.freeze({ kind: 'sql', ...parseOptions('sql', schema, options) } as SqlOperation);
}
