import type { FunctionSource } from '../catalog/read-functions.ts';
import { Deadline } from './deadline.ts';
import { readSql } from './read-sql.ts';
import { SourceText } from './source-text.ts';
import type { Upsert } from './upsert.ts';

/** A function is in the database by the will of somebody who may do more than take time. */
const UNTIL_IT_IS_READ = new Deadline(Number.POSITIVE_INFINITY);

/** The upserts in functions and triggers of the database itself; lines are those of the function's body. */
export async function findInFunctions(functions: readonly FunctionSource[]): Promise<readonly Upsert[]> {
  const found: Upsert[] = [];
  for (const { name, body } of functions) {
    const source = new SourceText(`function ${name}`, body);
    const { upserts } = await readSql(source, [{ text: body, at: 0 }], UNTIL_IT_IS_READ);
    found.push(...upserts.map(({ upsert }) => upsert));
  }
  return found;
}
