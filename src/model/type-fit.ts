/** Which values a type refuses that a column is given without USING. */
export interface TypeFit {
  /** SQL: a value that the type refuses. Undefined where only a cast could say so, which fails with the first such value. */
  readonly refuses?: (value: string) => string;
  readonly sqlstate: '22001' | '22003';
  /** A longer text or a more precise number needs no new table. */
  readonly blocks: 'nothing' | 'writes' | 'reads and writes';
}
