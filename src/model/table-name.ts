/** A table as the catalogue names it. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}
