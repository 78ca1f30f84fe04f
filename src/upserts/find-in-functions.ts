import type { FunctionSource } from '../catalog/read-functions.ts';
import { readSql } from './read-sql.ts';
import { SourceText } from './source-text.ts';
import type { Upsert } from './upsert.ts';

/** The upserts in functions and triggers of the database itself; lines are those of the function's body. */
export async function findInFunctions(functions: readonly FunctionSource[]): Promise<readonly Upsert[]> {
  const found: Upsert[] = [];
  for (const { name, body } of functions) {
    const source = new SourceText(`function ${name}`, body);
    found.push(...(await readSql(source, [{ text: body, at: 0 }])).upserts.map(({ upsert }) => upsert));
  }
  return found;
}
