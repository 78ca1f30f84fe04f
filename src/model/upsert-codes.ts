import type { CodeEntry } from './code-entry.ts';

/** Codes of what `check-upserts` finds in the source of an application. */
export const UPSERT_CODES = {
  MSGDB_UPSERT_PREDICATE_MISSING: {
    exit: 1,
    title: 'The index is partial and the target does not say so (42P10)',
    cause: 'A partial unique index is the arbiter only of a target whose WHERE implies its predicate.',
    fix: "Write the index's predicate into the target, before DO: ON CONFLICT (…) WHERE ….",
  },
  MSGDB_UPSERT_PREDICATE_UNPROVEN: {
    exit: 1,
    title: "The target's WHERE does not imply the predicate of the index (42P10)",
    cause: 'PostgreSQL could not prove that one implies the other; it compares the two conditions, not the rows.',
    fix: "Write the index's predicate as PostgreSQL shows it.",
  },
  MSGDB_UPSERT_PARAMETER: {
    exit: 1,
    title: "The target's WHERE has a bind parameter (42P10 from the sixth execution on)",
    cause:
      'From the sixth execution on, a prepared statement may be planned once for all values: the planner then does not know the value.',
    fix: 'Write the value as a literal, as the predicate of the index has it.',
  },
  MSGDB_UPSERT_EXPRESSION_DIFFERS: {
    exit: 1,
    title: 'The index is on another expression than the target (42P10)',
    cause: 'An index on an expression is the arbiter only of a target with the same expression.',
    fix: 'Write the expression of the index into the target.',
  },
  MSGDB_UPSERT_DEFERRABLE: {
    exit: 1,
    title: 'The constraint is DEFERRABLE (55000)',
    cause: 'ON CONFLICT needs an index that is checked at once: the statement is planned, and fails when it runs.',
    fix: 'Drop the constraint and create it again as NOT DEFERRABLE, or create a unique index instead; an index beside the constraint does not help.',
  },
  MSGDB_UPSERT_CONSTRAINT: {
    exit: 1,
    title: 'The constraint that ON CONSTRAINT names cannot be used',
    cause:
      'ON CONSTRAINT takes the name of a constraint, not of an index (42704); an exclusion constraint allows only DO NOTHING (42809).',
    fix: 'Write the columns instead: ON CONFLICT (a, b).',
  },
  MSGDB_UPSERT_PARTITION_KEY: {
    exit: 1,
    title: 'The target leaves out the partition key (42P10)',
    cause: 'A unique index on a partitioned table has to contain the partition key.',
    fix: 'Add the partition key to the index and to the target.',
  },
  MSGDB_UPSERT_COLUMN_MISSING: {
    exit: 1,
    title: 'The target names a column that the table does not have (42703)',
    cause: 'It was renamed or dropped, or has not been added yet.',
    fix: 'Write a column that the table has, or run `msgdb migrate` first if a migration adds it.',
  },
  MSGDB_UPSERT_REFUSED: {
    exit: 1,
    title: 'PostgreSQL refuses the statement, whatever its values',
    cause:
      'For example, DO UPDATE has no target (42601), a column is ambiguous (42702), the name of the table is used where it has an alias (42P01), the table has a rule (0A000), a generated column is given a value (428C9), or the values are too many or of wrong types.',
    fix: 'Add a target to DO UPDATE, write the alias before the column, or give as many values as there are columns, as the message says.',
  },
  MSGDB_UPSERT_UNRESOLVED: {
    exit: 1,
    title: 'The upsert could not be checked (--strict)',
    cause: 'Its table or target is known only when the program runs, or the table is not in the database.',
    fix: 'Write them out in one place, or create the table; or ignore it with a comment, `msgdb-ignore: REASON`, or with --baseline.',
  },
  MSGDB_SOURCE_NOT_READ: {
    exit: 1,
    title: 'A source file was not read (--strict)',
    cause: 'The file is too large, minified, or takes too long to read: upserts in it are not checked.',
    fix: 'Leave the file out: name the files and folders to check as arguments, or in `sources` of the configuration.',
  },
  MSGDB_NOTHING_CHECKED: {
    exit: 1,
    title: 'A path has no source files (--strict)',
    cause: 'The path is wrong, or has only files of languages that are not read, or only folders that are skipped.',
    fix: 'Correct the path, or `sources` of the configuration; `msgdb check-upserts -v` names the folders that are skipped.',
  },
  MSGDB_UPSERT_NEVER_CONFLICTS: {
    exit: 1,
    title: 'The upsert always inserts',
    cause: 'The statement gives no value for the key of its target: each row gets a new one, so it never conflicts.',
    fix: 'Write a target of columns that the statement gives values for, and make those unique.',
  },
  MSGDB_UPSERT_NULLABLE_KEY: {
    exit: 1,
    warns: true,
    title: 'A column of the key may be NULL',
    cause: 'Two NULLs are not equal to a unique index: such rows never conflict, and are inserted again and again.',
    fix: 'Make the column NOT NULL, or the index NULLS NOT DISTINCT (PostgreSQL 15 or newer).',
  },
  MSGDB_UPSERT_ASSIGNS_KEY: {
    exit: 1,
    warns: true,
    title: 'DO UPDATE changes the key or the owner of a row',
    cause: 'The row that was found by one key gets another key, or another owner such as another tenant.',
    fix: 'Remove the column from DO UPDATE SET, or add it to the target and its index.',
  },
  MSGDB_UPSERT_HIDES_CONFLICTS: {
    exit: 1,
    warns: true,
    title: 'ON CONFLICT DO NOTHING without a target hides every conflict',
    cause: 'A conflict with any unique index of the table drops the row, not only with the one that is meant.',
    fix: 'Name the target that is meant: ON CONFLICT (…) DO NOTHING.',
  },
  MSGDB_UPSERT_OTHER_UNIQUE: {
    exit: 1,
    warns: true,
    title: 'Another unique index can still refuse the row (23505)',
    cause: 'ON CONFLICT handles conflicts with the index of its target only.',
    fix: 'Catch 23505 where the statement runs, or leave the columns of the other index out of it.',
  },
  MSGDB_UPSERT_CHECK_THEN_INSERT: {
    exit: 1,
    warns: true,
    title: 'The code looks for the row, then inserts it',
    cause: 'Two sessions at once both find nothing and both insert. Only a unique index keeps the second row out.',
    fix: 'Make the key unique and write INSERT … ON CONFLICT.',
  },
  MSGDB_RACE_LOST: {
    exit: 1,
    title: 'Sessions that upsert one key at the same time fail, or do not end with one row',
    cause: 'The index does not reject the second row, or a trigger of the table changes what is written.',
    fix: 'Check the index with `msgdb verify`; the report has the SQLSTATE. If the index is valid, look for a trigger that changes the row (`\\d TABLE` lists them).',
  },
  MSGDB_UPSERT_MERGE: {
    exit: 1,
    warns: true,
    title: 'MERGE without a unique index makes two rows',
    cause: 'MERGE needs no index: two sessions at once both find no match and both insert.',
    fix: 'Make the key unique and write INSERT … ON CONFLICT instead of MERGE.',
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
