import { z } from 'zod';
import {
  type KeyPart,
  keySchema,
  type Limit,
  limitSchema,
  type MergeStrategy,
  mergeSchema,
  type Nulls,
  nameSchema,
  type OnDiffer,
  onDifferSchema,
  type Reference,
  referenceSchema,
  sqlSchema,
  type Value,
  valueSchema,
} from './common.ts';
import { type KeepTerm, keepSchema } from './keep.ts';
import { parseOptions } from './parse-options.ts';

/** What becomes of the rows that do not survive. `delete` keeps no copy, so it cannot be undone. */
export type Losers = 'archive' | 'delete' | { readonly set: Readonly<Record<string, Value>> };

export interface UniqueKeyOptions {
  readonly table: string;
  readonly key: readonly KeyPart[];
  /** Predicate of the index: rows outside it are not covered and never touched. */
  readonly where?: string;
  /** Default `distinct`, as in PostgreSQL: rows with a NULL in the key are not copies. */
  readonly nulls?: Nulls;
  /** Name of the index; derived from table and key if left out. */
  readonly index?: string;
  /** Survivor order, best first. The primary key, then the row's place, complete it. */
  readonly keep?: readonly KeepTerm[];
  readonly merge?: Readonly<Record<string, MergeStrategy>>;
  /** Columns that must be equal within a group; a group that differs is left alone and reported. */
  readonly agree?: readonly string[];
  /** Default `keep`. `stop`: a group whose copies differ, other than in merged columns, is left alone and reported. */
  readonly onDiffer?: OnDiffer;
  readonly references?: readonly Reference[];
  readonly losers?: Losers;
  /** Attach the index as a UNIQUE constraint. Not possible with a predicate or an expression. */
  readonly constraint?: boolean;
  readonly limit?: Limit;
}

/** A uniqueness rule: the rows it covers, the key, who survives, and the index that enforces it. */
export interface UniqueKey {
  readonly kind: 'unique-key';
  readonly table: string;
  readonly key: readonly KeyPart[];
  readonly where?: string | undefined;
  readonly nulls: Nulls;
  readonly index?: string | undefined;
  readonly keep: readonly KeepTerm[];
  readonly merge: Readonly<Record<string, MergeStrategy>>;
  readonly agree: readonly string[];
  readonly onDiffer?: OnDiffer | undefined;
  readonly references: readonly Reference[];
  readonly losers: Losers;
  readonly constraint: boolean;
  readonly limit?: Limit | undefined;
}

/** What a rule says about the copies, beside its table and key: who survives, what it takes, what refers to them. */
export type CopyOptions = Pick<
  UniqueKeyOptions,
  'keep' | 'merge' | 'agree' | 'onDiffer' | 'references' | 'losers' | 'limit'
>;

const schema = z.strictObject({
  table: nameSchema,
  key: keySchema,
  where: sqlSchema.optional(),
  nulls: z.enum(['distinct', 'not distinct']).default('distinct'),
  index: nameSchema.optional(),
  keep: keepSchema.default([]),
  merge: mergeSchema.default({}),
  agree: z.array(nameSchema).default([]),
  onDiffer: onDifferSchema.optional(),
  references: z.array(referenceSchema).default([]),
  losers: z
    .union([z.enum(['archive', 'delete']), z.strictObject({ set: z.record(nameSchema, valueSchema) })])
    .default('archive'),
  constraint: z.boolean().default(false),
  limit: limitSchema.optional(),
});

/** The same options where table and key stand elsewhere, as they are written. */
export const copyOptionsSchema = schema
  .pick({ keep: true, merge: true, agree: true, onDiffer: true, references: true, losers: true, limit: true })
  .partial();

/**
 * Declares that a key is unique: migrating removes the copies that are there and builds the index that keeps new ones
 * out; undoing drops the index and puts the removed rows back.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when an option is wrong.
 */
export function uniqueKey(options: UniqueKeyOptions): UniqueKey {
  return Object.freeze({ kind: 'unique-key', ...parseOptions('uniqueKey', schema, options) } as UniqueKey);
}
