/** What a trigger does with every row: raises an exception, or keeps the row as it was. */
export type Foretold = { readonly does: 'raises'; readonly message: string | undefined } | { readonly does: 'keeps' };

export interface TriggerFacts {
  readonly name: string;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly enabled: boolean;
  /** ENABLE ALWAYS. */
  readonly always: boolean;
  readonly row: boolean;
  /** It has a WHEN. */
  readonly conditional: boolean;
  /** UPDATE OF: it fires where one of these is set; none: for all. */
  readonly columns: readonly string[];
  /** `audit.forbid()`. */
  readonly function: string;
  /** What its function does with every row, where its text says that. */
  readonly foretold: { readonly update: Foretold | undefined; readonly delete: Foretold | undefined };
}

/** A trigger that lets no row be changed, or removed. */
export interface TriggerGuard {
  readonly kind: 'trigger';
  readonly name: string;
  /** False for one that fires once for a statement, and for one that changes no row as well. */
  readonly row: boolean;
  readonly function: string;
  readonly always: boolean;
  readonly foretold: Foretold;
}
