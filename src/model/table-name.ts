/** A table as the catalogue names it. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export function isSameTable(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name;
}
