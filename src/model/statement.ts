/** A value that can be bound to a parameter. Arrays and objects travel as JSON text. */
export type Bound = string | number | boolean | null;

/** One SQL statement as a frozen value: tests assert it, the engine executes it, `--sql` prints it. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Bound[];
}

/** A result row as the driver gives it; parsed by its reader into a trusted type. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows that a statement gives, and what the server's command tag says. */
export interface Rows extends ReadonlyArray<Row> {
  /** What was done: SELECT, UPDATE, ROLLBACK … */
  readonly command: string;
  /** How many rows it wrote or chose. */
  readonly count: number;
}

/** Something that runs statements one after the other: a session or a transaction. */
export interface Queryable {
  query(statement: Statement): Promise<Rows>;
}

/** Builds a statement. */
export function statement(text: string, values: readonly Bound[] = []): Statement {
  return Object.freeze({ text: text.trim(), values: Object.freeze([...values]) });
}
