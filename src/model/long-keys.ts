/** Rows whose key may be too long for the index that is to be built. */
export interface LongKeys {
  /** Rows that are too long in any case. */
  readonly rows: number;
  /** Bytes of the longest of them, as the index would hold it. */
  readonly largest: number;
  /** The most that an index row may have. */
  readonly most: number;
  /** Some of them, by the primary key, or by their place in a table without one. */
  readonly named: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };
  /** Bytes, before compression, of the longest of those of which only PostgreSQL can say how well it compresses; 0: none. */
  readonly untried: number;
}
