import { type Advice, adviceByMessage } from './advice-by-message.ts';
import { CLASSES, type Entry } from './sqlstate-classes.ts';

/**
 * The advice for an SQLSTATE: for the cause that its message names, else its own, else that of its class (the first two
 * characters), else a general one.
 */
export function adviceOn(sqlstate: string, message = ''): Advice {
  const [code, why, fix] = STATES[sqlstate] ?? CLASSES[sqlstate.slice(0, 2)] ?? UNKNOWN;
  return { code, why, fix, ...adviceByMessage(sqlstate, message) };
}

const UNKNOWN: Entry = [
  'MSGDB_DATABASE_ERROR',
  'It is an error of an extension, or of a version of PostgreSQL that msgdb does not know.',
  'Look the SQLSTATE up in the manual of the extension, and change what the message names.',
];

/** Duplicate column, object, function, database, schema, table or index. */
const TAKEN: Entry = [
  'MSGDB_DATABASE_ERROR',
  'Something of that name is there already.',
  'Where the SQL has run before, by hand or with another tool, `msgdb baseline --dry-run` shows which migrations `msgdb baseline` would mark as applied. Else write another name, or take the statement out.',
];

const STATES: Readonly<Record<string, Entry>> = {
  '22P05': [
    'MSGDB_DATABASE_ERROR',
    'A character has no equivalent in the encoding of the database.',
    'Take the character that DETAIL names out of the value, or use a database in UTF8.',
  ],
  '25006': [
    'MSGDB_PERMISSION_DENIED',
    'The transaction is read-only: the server is a standby, or default_transaction_read_only is on.',
    'Connect to the primary, with a role that may write.',
  ],
  '40P01': [
    'MSGDB_TRANSACTION_CONFLICT',
    'Two sessions waited for each other, and PostgreSQL ended the statement of one of them.',
    'Run the same command again.',
  ],
  '42501': [
    'MSGDB_PERMISSION_DENIED',
    'The role lacks a privilege that the statement needs.',
    'Run `grant PRIVILEGE on OBJECT to ROLE` with what the message names, or connect as the owner of the object.',
  ],
  ...Object.fromEntries(['42701', '42710', '42723', '42P04', '42P06', '42P07'].map((taken) => [taken, TAKEN])),
  '53100': [
    'MSGDB_OUT_OF_RESOURCES',
    'The disk of the server is full.',
    'Make room there (df -h on the server; temporary files count as well).',
  ],
  '53200': [
    'MSGDB_OUT_OF_RESOURCES',
    'The server has no memory left for the statement, or no room in its table of locks.',
    'Lower --memory and --jobs, or raise max_locks_per_transaction where the message speaks of shared memory.',
  ],
  '53300': [
    'MSGDB_OUT_OF_RESOURCES',
    'The server, the database or the role has as many connections as it may.',
    'Run the same command again with fewer --jobs or when fewer clients are connected, or raise the limit.',
  ],
  '53400': [
    'MSGDB_OUT_OF_RESOURCES',
    'A limit in the configuration of the server was reached, such as temp_file_limit.',
    'Run it again with --jobs 1, or raise the limit: alter role ROLE set temp_file_limit = -1.',
  ],
  '54001': [
    'MSGDB_DATABASE_ERROR',
    'The statement or a function in it nests too deeply for max_stack_depth.',
    'Simplify the expression or the trigger that calls itself.',
  ],
  '54011': [
    'MSGDB_DATABASE_ERROR',
    'PostgreSQL has a limit for columns: 32 of an index, 1,600 of a table, 1,664 of a result.',
    'Write fewer columns in the index, table or query that the message names.',
  ],
  '54023': [
    'MSGDB_DATABASE_ERROR',
    'A function is called with more than 100 arguments.',
    'Pass at most 100 arguments, or one array.',
  ],
  '55006': [
    'MSGDB_DATABASE_ERROR',
    'The object is in use, by another session or by an earlier statement of the same transaction.',
    'Put the statement into a migration of its own; if another session uses the object, end it: select pg_terminate_backend(PID) with a pid of pg_stat_activity.',
  ],
  '55P03': [
    'MSGDB_LOCK_TIMEOUT',
    'Other sessions held the lock for longer than lock_timeout.',
    'Run it again when they are gone, or raise --lock-retries.',
  ],
  '57014': [
    'MSGDB_STATEMENT_CANCELLED',
    'Another session called pg_cancel_backend, or a time limit such as statement_timeout ended the statement.',
    'Run the same command again; it continues from what is there. If it is a time limit, lift it: alter role ROLE set statement_timeout = 0.',
  ],
  '57P04': [
    'MSGDB_SERVER_FAILED',
    'The database was dropped while a session worked in it.',
    'Write a database into the URL that `psql -l` lists.',
  ],
  XX001: [
    'MSGDB_DATA_CORRUPTED',
    'A page or a row of a table is damaged. Changing more may lose rows.',
    'Stop writing to the table, take a copy of the data directory, and restore it from a backup or look at it with amcheck and pg_surgery.',
  ],
  XX002: [
    'MSGDB_DATA_CORRUPTED',
    'An index is damaged: it does not agree with its table.',
    'Rebuild it with REINDEX INDEX CONCURRENTLY, check the others with amcheck (msgdb verify --heap).',
  ],
};
