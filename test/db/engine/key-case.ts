import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';

/** A key, the type of its columns, and rows: the index itself is the oracle of which of them are copies. */
export interface KeyCase {
  readonly name: string;
  /** Run before the table is made. */
  readonly prepare?: string;
  /** Column definitions besides `id`. */
  readonly columns: string;
  /** VALUES lists of those columns. */
  readonly rows: readonly string[];
  readonly key: UniqueKeyOptions['key'];
  readonly where?: string;
  readonly nulls?: UniqueKeyOptions['nulls'];
  /** CREATE INDEX's columns, and what follows them. */
  readonly index: string;
  /** Ids that remain, so that a case cannot become empty unnoticed. */
  readonly kept: readonly number[];
}
