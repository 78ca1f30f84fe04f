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
    cause: 'PostgreSQL proves the implication from the text of both alone; what it cannot prove does not count.',
    fix: "Write the index's predicate as PostgreSQL shows it.",
  },
  MSGDB_UPSERT_PARAMETER: {
    exit: 1,
    title: "A bind parameter in the target's WHERE (42P10 from the sixth execution on)",
    cause: 'A prepared statement is planned for its values five times, then for any value, and then proves nothing.',
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
    cause: 'ON CONFLICT needs to know of a conflict at once; the statement is planned, and fails when it runs.',
    fix: 'Drop the constraint and make it again NOT DEFERRABLE, or a unique index in its place: beside it, one does not help.',
  },
  MSGDB_UPSERT_CONSTRAINT: {
    exit: 1,
    title: 'ON CONSTRAINT names what cannot be used',
    cause:
      'It takes the name of a constraint (not of a plain index: 42704); an exclusion constraint only DO NOTHING (42809).',
    fix: 'Write the columns instead: ON CONFLICT (a, b).',
  },
  MSGDB_UPSERT_PARTITION_KEY: {
    exit: 1,
    title: 'The target leaves out the partition key (42P10)',
    cause: 'A unique index on a partitioned table has to contain the columns by which it is partitioned.',
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
    title: 'PostgreSQL refuses the statement, whatever its values are',
    cause:
      'DO UPDATE has no target (42601), a column is ambiguous (42702), the table has an alias (42P01), a rule (0A000) or generated columns (428C9), the number or types of the values are wrong.',
    fix: 'Change the statement at the place that the message names: a target for DO UPDATE, the alias before the column, as many values as columns.',
  },
  MSGDB_UPSERT_UNRESOLVED: {
    exit: 1,
    title: 'The upsert could not be checked (--strict)',
    cause: 'Its table or its target is known only while the program runs, or the database does not have the table.',
    fix: 'Write them out in one place, or create the table; or ignore it with a comment, `msgdb-ignore: REASON`, or with --baseline.',
  },
  MSGDB_SOURCE_NOT_READ: {
    exit: 1,
    title: 'A source file was not read (--strict)',
    cause: 'It is too large, minified, or takes too long to read: there may be upserts in it that nobody has checked.',
    fix: 'Name the files and folders to check without it: as arguments, or in `sources` of the configuration.',
  },
  MSGDB_NOTHING_CHECKED: {
    exit: 1,
    title: 'No source is where it was looked for (--strict)',
    cause: 'The path is wrong, its files are of languages that are not read, or its folders are passed over.',
    fix: 'Correct the path, or `sources` of the configuration; `msgdb check-upserts -v` names the folders that are passed over.',
  },
  MSGDB_UPSERT_NEVER_CONFLICTS: {
    exit: 1,
    title: 'The upsert only ever inserts',
    cause: 'The row is compared by a key that it does not bring: each one gets a new value, so none is ever found.',
    fix: 'Name the columns that say when two rows are the same, and make them unique.',
  },
  MSGDB_UPSERT_NULLABLE_KEY: {
    exit: 1,
    title: 'A column of the key may be NULL',
    cause: 'Two NULLs are not equal to a unique index: such rows never conflict, and are inserted again and again.',
    fix: 'Make the column NOT NULL, or the index NULLS NOT DISTINCT (15).',
  },
  MSGDB_UPSERT_ASSIGNS_KEY: {
    exit: 1,
    title: 'DO UPDATE changes whose row it is',
    cause: 'A row that is found by its key is given another key or another owner, without anybody asking for it.',
    fix: 'Take the column out of DO UPDATE SET, or into the key.',
  },
  MSGDB_UPSERT_HIDES_CONFLICTS: {
    exit: 1,
    title: 'ON CONFLICT DO NOTHING without a target hides every conflict',
    cause: 'It drops the row on a conflict with any unique index, also one that nobody expected.',
    fix: 'Name the target that is meant: ON CONFLICT (…) DO NOTHING.',
  },
  MSGDB_UPSERT_OTHER_UNIQUE: {
    exit: 1,
    title: 'Another unique index can still refuse the row (23505)',
    cause: 'ON CONFLICT takes care of conflicts with its own index alone.',
    fix: 'Catch 23505 where the statement runs, or leave the columns of the other index out of it.',
  },
  MSGDB_UPSERT_CHECK_THEN_INSERT: {
    exit: 1,
    title: 'Looks for the row, then inserts it',
    cause: 'Two sessions at once both find nothing and both insert. Only a unique index keeps the second row out.',
    fix: 'Make the key unique and write INSERT … ON CONFLICT.',
  },
  MSGDB_RACE_LOST: {
    exit: 1,
    title: 'Sessions that upsert one key at once do not end with one row',
    cause: 'The index or a trigger of the table does not keep them apart.',
    fix: 'Run `msgdb verify` for the index, and disable the triggers of the table that `\\d TABLE` lists one by one: the report has the SQLSTATE.',
  },
  MSGDB_UPSERT_MERGE: {
    exit: 1,
    title: 'MERGE without a unique index makes two rows',
    cause: 'MERGE needs no index: two sessions at once both find no match and both insert.',
    fix: 'Make the key unique and write INSERT … ON CONFLICT instead of MERGE.',
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
