import { statement } from '../model/statement.ts';
import type { Session } from './open-session.ts';

/** What a role, a database or a URL may set for its application, and would end a run half-way. */
const TIMEOUTS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
] as const;

/**
 * Takes the time limits off a run's session: a scan of a large table or a concurrent build takes longer than an
 * application's statement may, and the session that holds the run lock idles. Limits of msgdb's own stay.
 */
export async function forgetTimeouts(session: Session): Promise<void> {
  await session.query(
    statement(
      // Not every version has them all: idle_session_timeout came with 14, transaction_timeout with 17.
      `select set_config(name, '0', false) from pg_catalog.pg_settings
        where name in (select jsonb_array_elements_text($1::text::jsonb))`,
      [JSON.stringify(TIMEOUTS)],
    ),
  );
}
