import { z } from 'zod';
import { type KeyPart, keySchema, nameSchema, sqlSchema } from './common.ts';
import { parseOptions } from './parse-options.ts';

export interface IndexOptions {
  readonly table: string;
  readonly columns: readonly KeyPart[];
  readonly where?: string;
  readonly name: string;
  /** Access method; `btree` if left out. */
  readonly method?: string;
}

/** A plain, non-unique index, built while the application writes. */
export interface IndexOperation {
  readonly kind: 'index';
  readonly table: string;
  readonly columns: readonly KeyPart[];
  readonly where?: string | undefined;
  readonly name: string;
  readonly method: string;
}

const schema = z.strictObject({
  table: nameSchema,
  columns: keySchema,
  where: sqlSchema.optional(),
  name: nameSchema,
  method: z
    .string()
    .regex(/^[a-z_]+$/, 'is the name of an access method, such as btree or gin')
    .default('btree'),
});

/**
 * Declares a non-unique index.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when an option is wrong.
 */
export function index(options: IndexOptions): IndexOperation {
  return Object.freeze({ kind: 'index', ...parseOptions('index', schema, options) } as IndexOperation);
}
