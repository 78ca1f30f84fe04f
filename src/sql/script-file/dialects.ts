/** How a tool writes what goes up and what undoes it into one file. */
export interface Dialect {
  readonly tool: string;
  /** The line that its up part begins with; undefined where the file begins with it. */
  readonly up: RegExp | undefined;
  readonly down: RegExp;
  /** A line that says that a part is not run in a transaction. */
  readonly alone?: RegExp;
  /** Of them the file may go without the up marker. */
  readonly upIsOptional?: true;
}

/** One line each: comments, without what ends the line. */
export const DIALECTS: readonly Dialect[] = [
  {
    tool: 'dbmate',
    up: /^--\s*migrate:up\b/,
    down: /^--\s*migrate:down\b/,
    alone: /^--\s*migrate:(?:up|down)\s.*\btransaction:\s*false\b/,
  },
  {
    tool: 'goose',
    up: /^\s*--\s*\+goose\s+up\b/i,
    down: /^\s*--\s*\+goose\s+down\b/i,
    alone: /^\s*--\s*\+goose\s+no\s+transaction\b/i,
  },
  {
    tool: 'sql-migrate',
    up: /^\s*--\s*\+(?:migrate|micrate)\s+up\b/i,
    down: /^\s*--\s*\+(?:migrate|micrate)\s+down\b/i,
    alone: /^\s*--\s*\+migrate\s+(?:up|down)\s.*\bnotransaction\b/i,
  },
  {
    tool: 'node-pg-migrate',
    up: /^\s*--[\s-]*up\s+migration\b/i,
    down: /^\s*--[\s-]*down\s+migration\b/i,
    upIsOptional: true,
  },
  { tool: 'rambler', up: /^\s*--\s*rambler\s+up\s*$/i, down: /^\s*--\s*rambler\s+down\s*$/i },
  { tool: 'shmig', up: /^--\s*=+\s*UP\s*=+\s*$/i, down: /^--\s*=+\s*DOWN\s*=+\s*$/i },
  { tool: 'Play', up: /^(?:--|#)[\s-]*!Ups\b/, down: /^(?:--|#)[\s-]*!Downs\b/ },
  {
    tool: 'tern',
    up: undefined,
    down: /^-{4} create above \/ drop below -{4}\s*$/,
    alone: /^-{4} tern: disable-tx -{4}\s*$/,
  },
  { tool: 'MyBatis Migrations', up: undefined, down: /^--\s*\/\/\s*@UNDO\b/i },
];

/** What msgdb does not do for a file of another tool. */
export interface Foreign {
  readonly line: RegExp;
  readonly tool: string;
  readonly why: string;
  readonly fix: string;
}

const AS_PLAIN =
  'Write the SQL that is to be run as plain SQL, and what undoes it into a file of the same name that ends with .down.sql';

export const FOREIGN: readonly Foreign[] = [
  {
    line: /^\s*--\s*liquibase\s+formatted\s+sql\b/i,
    tool: 'Liquibase (formatted SQL)',
    why: 'Its changesets have preconditions, contexts and rollbacks in comments, which would all be passed over.',
    fix: `${AS_PLAIN}; take the line "--liquibase formatted sql" out.`,
  },
  {
    line: /^\s*--\s*atlas:txtar\b/,
    tool: 'Atlas (txtar)',
    why: 'Its checks, its SQL and its undo are sections of one file, and all would be run.',
    fix: `${AS_PLAIN}; take the line "-- atlas:txtar" and the section lines out.`,
  },
  {
    line: /^--!\s*include\b/i,
    tool: 'graphile-migrate (--! include)',
    why: 'The file that it includes would not be run.',
    fix: 'Write the SQL of that file in its place.',
  },
  {
    line: /^\s*--\s*\+goose\s+envsub\s+on\b/i,
    tool: 'goose (ENVSUB)',
    why: 'Variables of the environment would not be put in.',
    fix: 'Write the values into the SQL, and take the line "-- +goose ENVSUB ON" out.',
  },
];

/** Lines of tools whose files have an up part alone, and of those above, that ask for no transaction. */
export const ALONE =
  /^(?:--\s*(?:no-transaction|atlas:txmode\s+none|flyway:executeInTransaction\s*=\s*false)|--!\s*no-transaction)\b/i;

/** What frames a statement for goose and sql-migrate: PostgreSQL's parser needs no such help. */
export const FRAME = /^\s*--\s*\+(?:goose|migrate|micrate)\s+statement(?:begin|end)\b/i;

/** A comment that says nothing but that undo comes: nobody writes it above SQL that is to be run. */
export const READS_LIKE_UNDO =
  /^\s*--[\s=\-+#@!/*:]*(?:migrate\W*)?(?:down|undo|rollback|revert)(?:\W+(?:migrations?|part|section|script|sql))?[\s=\-+#@!/*:]*$/i;
