import type { CodeEntry } from './code-entry.ts';

/** Codes of what is found about pending migrations of another runner: exit code 1. */
export const PREFLIGHT_CODES = {
  MSGDB_ROWS_VIOLATE: {
    exit: 1,
    title: 'Rows break a constraint that a pending migration adds',
    cause:
      'PostgreSQL reads every row when NOT NULL, CHECK or FOREIGN KEY is added, and fails at the first that breaks it.',
    fix: 'Mend these rows before the migration is run, or add the constraint as NOT VALID and validate it later.',
  },
  MSGDB_NAME_TAKEN: {
    exit: 1,
    title: 'A pending migration makes what is there already',
    cause:
      'The database has a relation or column of that name: it was made by hand, by a failed run, or by another tool.',
    fix: 'Mark the migration as applied in its runner, drop what is there, or write IF NOT EXISTS.',
  },
  MSGDB_REFERENCE_UNFIT: {
    exit: 1,
    title: 'A pending migration adds a foreign key to columns that it cannot refer to',
    cause:
      'A foreign key refers to a primary key, or to columns with a unique index of their own, whose types can be compared with its own.',
    fix: 'Add a unique constraint on the referenced columns first, and give both sides the same type.',
  },
  MSGDB_PENDING_REFUSED: {
    exit: 1,
    title: 'PostgreSQL will refuse a pending statement',
    cause: 'It needs a table, column, type or function that is not there, or takes away what others depend on.',
    fix: 'Run the migrations that it needs first, write IF EXISTS or CASCADE where that is meant, or change the statement.',
  },
  MSGDB_BUILD_BLOCKS: {
    exit: 1,
    warns: true,
    title: 'A pending statement blocks the application while it reads a large table',
    cause:
      'CREATE INDEX without CONCURRENTLY and constraints that are checked at once hold their lock until every row is read.',
    fix: 'Write CREATE INDEX CONCURRENTLY, alone and outside a transaction; add a constraint as NOT VALID, then VALIDATE it.',
  },
  MSGDB_CONCURRENT_IN_TRANSACTION: {
    exit: 1,
    title: 'A pending statement cannot be run in a transaction',
    cause: 'PostgreSQL refuses CONCURRENTLY in a transaction block (25001), and the runner opens one for the file.',
    fix: 'Put the statement into a migration of its own that the runner runs without a transaction.',
  },
  MSGDB_PENDING_UNRESOLVED: {
    exit: 1,
    title: 'What a pending statement will find is not known',
    cause: 'An earlier statement changes its rows in a way that cannot be followed, or it is not looked into.',
    fix: 'Run the migration on a copy of the database, or check its rows by hand.',
  },
  MSGDB_PENDING_FAILED: {
    exit: 1,
    title: 'A migration has failed before',
    cause: 'Its runner has noted that it was begun and not finished, and does not go on until that is settled.',
    fix: 'Settle it in its runner: `npx prisma migrate resolve --rolled-back NAME`, `flyway repair`, `migrate force VERSION`.',
  },
  MSGDB_PENDING_NOT_READ: {
    exit: 1,
    title: 'A pending migration could not be read',
    cause: 'It is not SQL that PostgreSQL parses: it has placeholders, commands of psql, or a syntax error.',
    fix: 'Give the SQL that the runner sends, on standard input: `… | msgdb preflight -`.',
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
