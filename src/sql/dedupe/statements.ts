import { type Statement, statement } from '../../model/statement.ts';
import type { Writing } from '../../model/writing.ts';

/**
 * What a statement of a batch is for, and so what its result means. Results that count have one row with `rows`, or none
 * and as many rows written as the command tag says.
 * - work: builds what later statements read
 * - assert-none: `rows` must be 0, otherwise the batch is undone with `message`
 * - losers: how many rows the batch removes: must equal what `removed` counts
 * - the others: rows that were changed, by kind
 */
export type BatchStatement = {
  /** Undefined where msgdb writes only for itself. */
  readonly writes?: Writing;
  /**
   * SQL, from FROM on, that finds a row where there is one to write. The statement is sent only then: the table has a trigger
   * FOR EACH STATEMENT, which fires though none is written.
   */
  readonly onlyFor?: string;
  /** Columns of which the result says, in `differing`, in how many rows a trigger left another value than was set. */
  readonly compared?: readonly string[];
} & (
  | { readonly role: 'work'; readonly statement: Statement }
  | { readonly role: 'assert-none'; readonly statement: Statement; readonly message: string; readonly fix: string }
  | { readonly role: 'losers'; readonly statement: Statement }
  | { readonly role: 'disagreeing'; readonly statement: Statement }
  | {
      readonly role: 'removed';
      readonly statement: Statement;
      readonly archived: boolean;
      /** The rows stay, with the values that the rule sets. */
      readonly marked?: true;
    }
  | {
      readonly role: 'children-removed';
      readonly statement: Statement;
      readonly label: string;
      /** They are copies of each other, or a constraint would refuse them. */
      readonly because: 'copies' | 'refused';
    }
  | { readonly role: 'merged'; readonly statement: Statement }
  | { readonly role: 'created'; readonly statement: Statement }
  | {
      readonly role: 'repointed';
      readonly statement: Statement;
      readonly label: string;
      readonly columns: readonly string[];
    }
);

/** Builds what later statements read. */
export function work(text: string | Statement): BatchStatement {
  return { role: 'work', statement: typeof text === 'string' ? statement(text) : text };
}

/** Is there a row to write, by a statement's `onlyFor`? */
export function findAny(from: string): Statement {
  return statement(`select exists (select ${from}) as any`);
}
