/** Which rows a partition takes. Values are SQL, as they are written. */
export type PartitionBound =
  | { readonly kind: 'default' }
  | { readonly kind: 'list'; readonly values: readonly string[] }
  | { readonly kind: 'range'; readonly from: readonly RangeEnd[]; readonly to: readonly RangeEnd[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };

/** An end of a range in one column of the key. */
export type RangeEnd = 'minvalue' | 'maxvalue' | { readonly value: string };

/** How a table is partitioned. */
export interface PartitionScheme {
  readonly strategy: 'list' | 'range' | 'hash';
  readonly key: readonly PartitionKeyPart[];
}

export interface PartitionKeyPart {
  /** A column, quoted, or an expression. */
  readonly text: string;
  /** Undefined where it is that of an expression. */
  readonly type: string | undefined;
  /** With its schema, quoted; undefined where it is the type's own. */
  readonly collation: string | undefined;
}
