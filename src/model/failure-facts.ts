// Type aliases, not interfaces: a report reads them as records of whatever is in them.

/** What the server said of a statement. */
export type ServerFields = {
  readonly sqlstate?: string;
  readonly detail?: string;
  readonly hint?: string;
  /** CONTEXT: the functions it came from, the innermost first, a line each. */
  readonly context?: string;
  readonly routine?: string;
  readonly schema?: string;
  readonly relation?: string;
  readonly constraint?: string;
  readonly position?: number;
  /** A statement of a function that failed, and the place in it. */
  readonly query?: string;
  readonly queryPosition?: number;
  /** What a function of the database wrote: it may be the contents of rows. */
  readonly raised?: readonly string[];
  /** The statement as it was sent. */
  readonly statement?: string;
};

/** A trigger, by the table it is on and the function it calls. */
export type NamedTrigger = { readonly table: string; readonly name: string; readonly function: string };

/** Where in a file it is. */
export type SourcePlace = {
  readonly file?: string;
  readonly line?: number;
  /** Counted in a file; the name of a table's where the server says one. */
  readonly column?: number | string;
  /** The line with a caret below, as psql shows it. */
  readonly excerpt?: string;
  /** The same of a statement of a function: it may hold the contents of rows. */
  readonly queryExcerpt?: string;
};
