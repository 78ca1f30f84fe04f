import { z } from 'zod';

/** A part of a key: a column name as the catalogue has it, or an SQL expression over the table's columns. */
export type KeyPart = string | { readonly expression: string };

/** NULLS [NOT] DISTINCT of the index: are two NULL keys copies of each other? */
export type Nulls = 'distinct' | 'not distinct';

/** A constant, or an SQL expression. */
export type Value = string | number | boolean | null | { readonly expression: string };

/**
 * How the survivor takes a column's value from the group, read in survivor order. `{ expression }` is an aggregate over
 * the rows of the group, such as `max(updated_at)`.
 */
export type MergeStrategy =
  | 'first-non-null'
  | 'min'
  | 'max'
  | 'sum'
  | 'or'
  | 'and'
  | 'concat'
  | 'jsonb-merge'
  | { readonly expression: string };

/** How many rows a plan may remove: a number of losers, or their share of the rows the rule covers (0 to 1). */
export type Limit = { readonly losers: number } | { readonly share: number };

/** What happens to a group whose copies differ: the survivor wins, or the group is left alone and reported. */
export type OnDiffer = 'keep' | 'stop';

/**
 * What happens to child rows that would become copies of each other when they are re-pointed. `remove`: also to those
 * that a CHECK, a domain or an EXCLUDE constraint would refuse then; otherwise these refuse the plan.
 */
export type OnCollision = 'keep-survivor' | 'merge' | 'remove' | 'refuse';

export type ReferenceKind = 'foreign-key' | 'soft' | 'array' | 'polymorphic';

/** Rows elsewhere that name the table's rows. Declared foreign keys are found without being listed. */
export interface Reference {
  readonly table: string;
  readonly column?: string;
  readonly columns?: readonly string[];
  readonly kind?: ReferenceKind;
  /** The referenced columns; the primary key if left out. */
  readonly to?: readonly string[];
  /** For `polymorphic`: the column that names the table, and its value for this table. */
  readonly type?: { readonly column: string; readonly value: string };
  readonly onCollision?: OnCollision;
}

const text = z.string().trim().min(1);
/** A comment at the end must not swallow what SQL is put behind it. */
const sqlText = text.transform((sql) => (sql.includes('--') ? `${sql}\n` : sql));
const expression = z.strictObject({ expression: sqlText });

export const nameSchema = text;
export const sqlSchema = sqlText;
export const keyPartSchema = z.union([text, expression]);
export const keySchema = z
  .array(keyPartSchema)
  .min(1, 'a key needs at least one column')
  .max(32, 'an index of PostgreSQL has at most 32 columns; leave some out, or join some in one expression');
export const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), expression]);
export const mergeSchema = z.record(
  text,
  z.union([z.enum(['first-non-null', 'min', 'max', 'sum', 'or', 'and', 'concat', 'jsonb-merge']), expression]),
);
export const onDifferSchema = z.enum(['keep', 'stop']);
export const limitSchema = z.union([
  z.strictObject({ losers: z.number().int().nonnegative() }),
  z.strictObject({ share: z.number().min(0).max(1) }),
]);
export const referenceSchema = z
  .strictObject({
    table: text,
    column: text.optional(),
    columns: z.array(text).min(1).optional(),
    kind: z.enum(['foreign-key', 'soft', 'array', 'polymorphic']).optional(),
    to: z.array(text).min(1).optional(),
    type: z.strictObject({ column: text, value: z.string() }).optional(),
    onCollision: z.enum(['keep-survivor', 'merge', 'remove', 'refuse']).optional(),
  })
  .refine((reference) => (reference.column === undefined) !== (reference.columns === undefined), {
    message: 'give either column or columns',
  })
  .refine((reference) => (reference.kind === 'polymorphic') === (reference.type !== undefined), {
    message: 'a polymorphic reference needs type: { column, value }, and only it has one',
  });
