import { z } from 'zod';
import { type KeyPart, keySchema, type MergeStrategy, mergeSchema, nameSchema, sqlSchema } from './common.ts';
import { type KeepTerm, keepSchema } from './keep.ts';
import { parseOptions } from './parse-options.ts';

/** How undo chooses among the copies that have come since the rule was dropped. */
export interface Restore {
  readonly keep: readonly KeepTerm[];
  readonly merge: Readonly<Record<string, MergeStrategy>>;
}

export interface DropUniqueKeyOptions {
  readonly table: string;
  readonly key: readonly KeyPart[];
  readonly where?: string;
  /** Name of the constraint or index; found by its meaning if left out or renamed. */
  readonly name?: string;
  /** Name of the index that takes over. It must be valid before this one goes. */
  readonly replacedBy?: string;
  readonly restore?: { readonly keep?: readonly KeepTerm[]; readonly merge?: Readonly<Record<string, MergeStrategy>> };
}

/** Drops a rule that is too strict; undo cleans the copies that have come since and puts it back as it was. */
export interface DropUniqueKey {
  readonly kind: 'drop-unique-key';
  readonly table: string;
  readonly key: readonly KeyPart[];
  readonly where?: string | undefined;
  readonly name?: string | undefined;
  readonly replacedBy?: string | undefined;
  readonly restore: Restore;
}

const schema = z.strictObject({
  table: nameSchema,
  key: keySchema,
  where: sqlSchema.optional(),
  name: nameSchema.optional(),
  replacedBy: nameSchema.optional(),
  restore: z
    .strictObject({ keep: keepSchema.default([]), merge: mergeSchema.default({}) })
    .default({ keep: [], merge: {} }),
});

/**
 * Declares that a unique constraint or index goes. In one migration with a `uniqueKey`, the new rule is valid first.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when an option is wrong.
 */
export function dropUniqueKey(options: DropUniqueKeyOptions): DropUniqueKey {
  return Object.freeze({ kind: 'drop-unique-key', ...parseOptions('dropUniqueKey', schema, options) } as DropUniqueKey);
}
