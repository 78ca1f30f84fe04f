import type { TableName } from './table-name.ts';

/** What an expression of a rule is for. */
export type ExpressionUse = 'keep' | 'merge' | 'set';

/** An expression of a rule, and what the server and the catalogue say of it. */
export interface SettledExpression {
  readonly use: ExpressionUse;
  /** As it is written. */
  readonly text: string;
  /** The same with the moment of the run in the place of now() and its like, which are in `clocks`. */
  readonly fixed: string;
  readonly clocks: readonly string[];
  /** Why PostgreSQL does not take it. */
  readonly error: string | undefined;
  /** VOLATILE: two looks at one row may see different values. */
  readonly volatile: boolean;
  /** Functions by which it may be another at another time: VOLATILE ones, or STABLE ones of the user's. */
  readonly unsteady: readonly string[];
  /** Tables that its subqueries read. */
  readonly reads: readonly TableName[];
}
