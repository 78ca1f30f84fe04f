import { z } from 'zod';
import { nameSchema, sqlSchema } from './common.ts';
import { parseOptions } from './parse-options.ts';

export interface ExpectIndexOptions {
  /** One SELECT; `$1`, `$2` … stand for what the application binds, and are planned for any value. */
  readonly query: string;
  /** The index the plan must use. */
  readonly index: string;
}

/** A check, not a change: does the planner use this index for this query? */
export interface ExpectIndex {
  readonly kind: 'expect-index';
  readonly query: string;
  readonly index: string;
}

const schema = z.strictObject({ query: sqlSchema, index: nameSchema });

/**
 * Declares that a query is served by an index; `migrate` and `verify` check it.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when an option is wrong.
 */
export function expectIndex(options: ExpectIndexOptions): ExpectIndex {
  return Object.freeze({ kind: 'expect-index', ...parseOptions('expectIndex', schema, options) } as ExpectIndex);
}
