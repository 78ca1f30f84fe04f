import { type Statement, statement } from '../model/statement.ts';
import { quoteLiteral } from './quote.ts';

/** Sets them for the session. */
export function applySettings(settings: Readonly<Record<string, string>>): Statement {
  return statement(`select set_config(key, value, false) from jsonb_each_text($1::text::jsonb)`, [
    JSON.stringify(settings),
  ]);
}

/** Sets one for this transaction, in one round trip. */
export function setLocally(name: string, value: string): Statement {
  return statement(`select pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
}

/** Ends a statement of this transaction that takes longer; 0 ends none. */
export function limitStatements(milliseconds: number): Statement {
  return statement(`set local statement_timeout = ${Math.ceil(milliseconds)}`);
}

/** The user who connected is at work again, as `role`, after SQL of the user's own that may have taken another. */
export function restoreRole(role: string): readonly Statement[] {
  return [
    statement('set local session authorization default'),
    statement(`select pg_catalog.set_config('role', $1, true)`, [role]),
  ];
}
