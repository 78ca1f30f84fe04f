/** A table as the catalogue names it. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export function isSameTable(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** A text that no other table has, to look it up by: "a.b" may be a table's whole name. */
export function tableId({ schema, name }: TableName): string {
  return JSON.stringify([schema, name]);
}
