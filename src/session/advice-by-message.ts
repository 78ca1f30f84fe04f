import type { ErrorCode } from '../model/codes.ts';

/** What a failed statement becomes: its code, why it happens where the server does not say, and what mends it. */
export interface Advice {
  readonly code: ErrorCode;
  readonly why: string;
  readonly fix: string;
}

/**
 * Of an SQLSTATE that PostgreSQL gives for several causes, the one that its message names. Undefined where it names
 * none, or is in another language (lc_messages).
 */
export function adviceByMessage(sqlstate: string, message: string): Omit<Advice, 'code'> | undefined {
  const [, why, fix] = CAUSES[sqlstate]?.find(([pattern]) => pattern.test(message)) ?? [];
  return why === undefined || fix === undefined ? undefined : { why, fix };
}

type Cause = readonly [pattern: RegExp, why: string, fix: string];

const CAUSES: Readonly<Record<string, readonly Cause[]>> = {
  '40001': [
    [
      /conflict with recovery/,
      'The server is a standby, and the query still needed rows that a change from the primary removes.',
      'Run the same command again on the primary, or set hot_standby_feedback = on or a longer max_standby_streaming_delay on the standby.',
    ],
  ],
  '54011': [
    [
      /columns in an index/,
      'An index has at most 32 columns, those of INCLUDE among them.',
      'Leave columns out of the index, or store a digest of them in a generated column and index that.',
    ],
    [
      /target lists/,
      'A query gives at most 1,664 columns.',
      'Select fewer columns, or put several into one value: jsonb_build_object, array[…].',
    ],
    [
      /tables can have|number of columns/,
      'A table has at most 1,600 columns, and dropped ones count.',
      'Move columns to a second table with the same key; if many were dropped, copy the table: create table NEW as select * from OLD.',
    ],
  ],
  '55006': [
    [
      /pending trigger events/,
      'Deferred constraints or triggers of the same transaction have still to run for rows of the table.',
      'Write `set constraints all immediate;` before the statement, or put the statement into a migration of its own.',
    ],
    [
      /active queries in this session/,
      'A cursor, a function or a trigger of the same session is still reading the table.',
      'Close the cursor, or take the statement out of the function or trigger that reads the table.',
    ],
    [
      /being accessed by other users|source database/,
      'Other sessions are connected to that database.',
      "End them, then run it again: select pg_terminate_backend(pid) from pg_stat_activity where datname = 'DATABASE' and pid <> pg_backend_pid();",
    ],
    [
      /replication slot/,
      'A subscriber or a standby is using the replication slot.',
      'Disable the subscription or stop the standby, then run it again: alter subscription NAME disable.',
    ],
  ],
  '57014': [
    [
      /user request/,
      'Another session cancelled the statement with pg_cancel_backend: a person, or a job that cancels long queries.',
      'Run the same command again; it continues from what is there. If it is cancelled again, exempt the sessions whose application_name begins with msgdb from that job.',
    ],
  ],
};
