import type { Change } from './pending.ts';

/** A statement of a pending script. */
export interface PendingStatement {
  readonly line: number;
  /** In one line, shortened. */
  readonly text: string;
  readonly changes: readonly Change[];
}

/** How a runner runs the statements of a script. */
export type Transaction =
  /** All in one transaction. */
  | 'one'
  /** As one message: a transaction, unless it has a single statement. */
  | 'message'
  | 'none'
  /** The same, or each statement by itself: by the runner's version. */
  | 'by version'
  | 'unknown';

/** A migration of another runner, with the statements that would be run. */
export interface PendingScript {
  readonly migration: string;
  /** As people name it: from the working directory. */
  readonly file: string;
  readonly transaction: Transaction;
  /** It was run: what it makes is there. */
  readonly applied: boolean;
  readonly statements: readonly PendingStatement[];
}
