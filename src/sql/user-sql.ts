import { type Statement, statement } from '../model/statement.ts';

/** SQL of the user's own, or of an application's, sent as it is written. */
export function userSql(text: string): Statement {
  return statement(text);
}
