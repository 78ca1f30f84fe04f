import { type Statement, statement } from '../model/statement.ts';

/**
 * Has the server read a statement and not run it: PL/pgSQL parses the SQL of a block before it begins, and this one
 * returns first.
 */
export function checkSyntax(text: string): Statement {
  let tag = '$msgdb$';
  while (text.includes(tag)) tag = tag.replace(/\$$/, '_$');
  return statement(`do ${tag} begin return; ${text}\n; end ${tag}`);
}
