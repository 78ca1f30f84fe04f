/** Names of a file that it gives no value itself, as they are written: `TABLE`, `Queries.TABLE`. */
export class ForeignNames {
  readonly #known: ReadonlyMap<string, string>;
  readonly #wanted = new Set<string>();

  /** `known`: the texts that other files give to them. */
  constructor(known: ReadonlyMap<string, string> = new Map()) {
    this.#known = known;
  }

  /** The text that another file gives to the name. What is not known is noted. */
  lookUp(reference: string): string | undefined {
    this.#wanted.add(reference);
    return this.#known.get(reference);
  }

  /** All that was looked up. */
  get wanted(): readonly string[] {
    return [...this.#wanted];
  }
}
