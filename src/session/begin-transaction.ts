import { type Statement, statement } from '../model/statement.ts';
import { quoteLiteral } from '../sql/quote.ts';

export interface TransactionOptions {
  readonly readOnly?: true;
  readonly isolation?: 'repeatable read';
  /** Settings for this transaction only, as `SET LOCAL` would make them. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Limits of time that a role, a database or a URL sets for its application: a look at a large table or a long batch takes
 * longer. Set for each transaction: behind a pooler the connection is another client's next.
 */
const OWN_LIMITS: Readonly<Record<string, string>> = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  // Came with 17.
  transaction_timeout: '0',
};

/** Begins a transaction with its settings, in one message: the limit on idling could end it between two. */
export function beginTransaction({ readOnly, isolation, settings }: TransactionOptions): Statement {
  // Said in any case: under another default a lock would come after the snapshot, and rows between them be missed.
  const modes = [`isolation level ${isolation ?? 'read committed'}`, readOnly && 'read only'].filter(Boolean);
  const own = Object.entries({ ...OWN_LIMITS, ...settings })
    .map((pair) => `(${pair.map(quoteLiteral).join(', ')})`)
    .join(', ');
  return statement(
    `begin ${modes.join(', ')};
     select pg_catalog.set_config(name, value, true) from (values ${own}) as own (name, value)
      where pg_catalog.current_setting(name, true) is not null`,
  );
}
