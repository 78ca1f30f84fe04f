/** A migration in SQL that was written anew, with a rule in place of a statement that would fail. */
export interface Rewritten {
  readonly migration: string;
  /** Files that went, from the project's folder. */
  readonly removed: readonly string[];
  /** The file that takes their place. */
  readonly written: string;
  /** What is in it. */
  readonly text: string;
  /** What a person should know before it is applied. */
  readonly notes: readonly string[];
}
