/** One database or schema of many, as it is named. */
export interface NamedTarget {
  /** What it is called in reports, where that is said. */
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  /** Another database of the server that is used without targets. */
  readonly database?: string | undefined;
  readonly schema?: string | undefined;
  /** Where it stands, for messages: `tenants.txt:3`. */
  readonly from: string;
}
