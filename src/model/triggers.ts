import type { GuardScope } from './guard-scope.ts';
import type { TableName } from './table-name.ts';

/** What a trigger does with every row: raises an exception, or keeps the row as it was. */
export type Foretold = { readonly does: 'raises'; readonly message: string | undefined } | { readonly does: 'keeps' };

/** What is done with a row. */
export type RowCommand = 'insert' | 'update' | 'delete';

export interface TriggerFacts {
  readonly name: string;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly enabled: boolean;
  /** ENABLE ALWAYS. */
  readonly always: boolean;
  readonly row: boolean;
  /** Its WHEN, over `old` and `new`. */
  readonly when: string | undefined;
  /** UPDATE OF: it fires where one of these is set; none: for all. */
  readonly columns: readonly string[];
  /** `audit.forbid()`. */
  readonly function: string;
  /** What its function does with every row, where its text says that. */
  readonly foretold: Readonly<Record<RowCommand, Foretold | undefined>>;
}

/** A trigger that lets no row be changed, or removed. */
export interface TriggerGuard {
  readonly kind: 'trigger';
  readonly name: string;
  readonly partition?: TableName;
  readonly scope?: GuardScope;
  /** What it fires for. */
  readonly command: RowCommand;
  /** False for one that fires once for a statement, and for one that changes no row as well. */
  readonly row: boolean;
  /** `ON DELETE CASCADE`: the foreign key's action that sends the statement, for each row that is referred to. */
  readonly sentBy?: string;
  readonly function: string;
  readonly always: boolean;
  readonly foretold: Foretold;
}

/** May it give the row that is stored other values than the statement has set? */
export function mayRewrite({ enabled, timing, row }: TriggerFacts): boolean {
  return enabled && timing === 'before' && row;
}
