/** A name as SQL writes it: without a schema, the search path decides. */
export interface WrittenName {
  readonly schema: string | undefined;
  readonly name: string;
}
