import { MsgdbError } from '../model/errors.ts';
import type { Statement } from '../model/statement.ts';
import { parse } from './parse-sql.ts';
import { userSql } from './user-sql.ts';

/**
 * A user's query as it is written, once it is known to be one: several statements are sent as one text, and a COMMIT among
 * them would end the READ ONLY transaction that it is run in.
 * @param source where it was given, for messages.
 * @throws MsgdbError MSGDB_USAGE
 */
export async function oneQuery(text: string, source: string): Promise<Statement> {
  const parsed = await parse(text).catch((error: unknown) => {
    throw notOne(source, error instanceof Error ? `${error.message}.` : String(error));
  });
  const [first, ...more] = parsed.stmts ?? [];
  if (first?.stmt === undefined) throw notOne(source, 'It is empty.');
  if (more.length > 0) throw notOne(source, 'There are several statements in it.');
  if (!('SelectStmt' in first.stmt)) throw notOne(source, 'It is another statement.');
  return userSql(text);
}

function notOne(source: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `The SQL of ${source} is not one SELECT.`,
    why,
    fix: `Write one query whose columns are url, database, schema or name, for example ${source} 'sql:select schema_name as schema from tenants'.`,
  });
}
