import type { CodeEntry } from './code-entry.ts';
import { PREFLIGHT_CODES } from './preflight-codes.ts';
import { UPSERT_CODES } from './upsert-codes.ts';

/** Codes of what is found wrong in the data, the schema or a plan: exit code 1. */
export const FINDING_CODES = {
  MSGDB_DUPLICATES_FOUND: {
    exit: 1,
    title: 'Rows break a uniqueness rule',
    cause: 'Nothing in the database rejects a second row with the same key, so retries and races stored copies.',
    fix: 'Look with `msgdb find-duplicates`, then run `msgdb migrate` (or `msgdb dedupe`).',
  },
  MSGDB_INDEX_MISSING: {
    exit: 1,
    title: 'No index enforces the rule',
    cause: 'No unique index or constraint of the table has the key and the predicate of the rule.',
    fix: 'Run `msgdb migrate` to build it.',
  },
  MSGDB_INDEX_INVALID: {
    exit: 1,
    title: 'The index exists but is not valid',
    cause: 'A concurrent build failed or was interrupted; an invalid index never serves ON CONFLICT.',
    fix: 'Run `msgdb migrate`: it drops the invalid index and builds it again.',
  },
  MSGDB_INDEX_DAMAGED: {
    exit: 1,
    title: 'A valid index does not match its table',
    cause: 'The sort order of its collation changed (a new glibc or ICU), or the server crashed without fsync.',
    fix: 'Run `msgdb dedupe` on the rule: it reads the table itself, removes the copies, and rebuilds the index.',
  },
  MSGDB_COLLATION_CHANGED: {
    exit: 1,
    title: 'A collation has changed since the indexes were built',
    cause:
      'The operating system or ICU was upgraded: text may sort in another order, and unique indexes may let duplicates in.',
    fix: 'Run `msgdb verify --heap`, rebuild the indexes on text, then `alter database NAME refresh collation version`.',
  },
  MSGDB_LEFT_BEHIND: {
    exit: 1,
    title: 'A killed run has left something behind',
    cause:
      'The run was killed before it had finished its migration, or before it had dropped its temporary index, trigger or tables.',
    fix: 'Run the command that was killed again, or `msgdb migrate`: it continues from there and drops them.',
  },
  MSGDB_INDEX_DIFFERS: {
    exit: 1,
    title: 'An index of that name has another definition',
    cause: 'The name is taken by an index with other columns, predicate or options.',
    fix: 'Choose another index name in the rule, or drop the index that has the name.',
  },
  MSGDB_KEY_TOO_LONG: {
    exit: 1,
    title: 'A key is too long for a btree index',
    cause: 'An entry of a btree index takes a third of a page at most, 2,704 bytes after compression (54000).',
    fix: "Index a hash of the value: `key: [{ expression: 'md5(url)' }]`.",
  },
  MSGDB_INDEX_UNUSED: {
    exit: 1,
    title: 'The planner does not use the expected index',
    cause: 'EXPLAIN shows that the planner chose another way to read the table.',
    fix: 'Compare the query with the index definition; run ANALYZE if the table has changed a lot.',
  },
  MSGDB_ARBITER_MISSING: {
    exit: 1,
    title: 'ON CONFLICT finds no index (42P10)',
    cause: 'PostgreSQL accepts an ON CONFLICT target only when a valid, immediate unique index matches it exactly.',
    fix: 'Build the index with `msgdb migrate`, or write a target that an index matches.',
  },
  ...UPSERT_CODES,
  ...PREFLIGHT_CODES,
  MSGDB_ORPHANS_FOUND: {
    exit: 1,
    title: 'Rows have no valid reference',
    cause: 'A reference column is NULL or names a row that does not exist.',
    fix: 'Run the migration that relinks them, or add a `relink` operation.',
  },
  MSGDB_MIGRATION_PENDING: {
    exit: 1,
    title: 'A migration has not been applied',
    cause: 'The migrations folder has a migration that was not applied to this database.',
    fix: 'Run `msgdb migrate`; `msgdb migrate --dry-run` shows what it would do.',
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
    cause: 'The history of the database has a migration that is not in the migrations folder.',
    fix: 'Restore the file from version control, or point --migrations-dir at the right folder.',
  },
  MSGDB_MIGRATION_RENAMED: {
    exit: 1,
    title: 'The file of an applied migration was renamed',
    cause: 'The history knows its content under another name.',
    fix: 'Give the file its name back, or record the new one with `msgdb repair NEW-NAME`.',
  },
  MSGDB_DUPLICATE_NUMBER: {
    exit: 1,
    title: 'Two migrations have one number',
    cause: 'Which of them goes first is decided by the rest of their names, as nobody meant it.',
    fix: 'Rename the one that is not applied, or run `msgdb migrate --allow-out-of-order`.',
  },
  MSGDB_HISTORY_INCOMPLETE: {
    exit: 1,
    title: 'A table of the history is missing',
    cause: 'It was dropped, or a backup was restored without it.',
    fix: 'Restore it from a backup, or make it again with `msgdb repair --rebuild`.',
  },
  MSGDB_OUT_OF_ORDER: {
    exit: 1,
    title: 'A migration comes before one already applied',
    cause: 'Its name sorts before a migration that was applied to this database.',
    fix: 'Rename it to come last, or run `msgdb migrate --allow-out-of-order`.',
  },
  MSGDB_REFUSED: {
    exit: 1,
    title: 'The plan was refused',
    cause: 'The change could lose data, or could not make the rule true.',
    fix: 'Write the option that the message names in the rule (`keep`, `merge`, `references`, `where`, `losers`), or change the rows that it names.',
  },
  MSGDB_STOPPED: {
    exit: 1,
    title: 'The run stopped before its end',
    cause: 'The next change could have lost data or broken the rule; this could not be known before the run.',
    fix: 'Change the rows, or disable the trigger, that the message names; then run the same command again: what was done is recorded and not done twice.',
  },
  MSGDB_TABLE_REFUSED: {
    exit: 1,
    title: 'msgdb does not work on this table',
    cause:
      'It is a view, a system or foreign table, or another kind of relation whose rows msgdb cannot change and restore.',
    fix: 'Name the table that holds the rows: `--table SCHEMA.TABLE`, or `table` in the rule.',
  },
  MSGDB_GROUP_DISAGREES: {
    exit: 1,
    title: 'Copies differ where they must agree',
    cause: 'The rule names columns (`agree`) that have to be equal within a group, and they are not.',
    fix: 'Make the copies equal (`msgdb find-duplicates` shows them), or remove the column from `agree`.',
  },
  MSGDB_GROUP_DIFFERS: {
    exit: 1,
    title: 'Copies differ',
    cause: 'Copies of one key have different values, and the rule or --on-differ stop leaves such groups as they are.',
    fix: 'Merge the columns (`merge` in the rule), make the copies equal, or keep the values of the survivor with --on-differ keep.',
  },
  MSGDB_PLAN_OUTDATED: {
    exit: 1,
    title: 'The plan is out of date',
    cause: 'Rows, or the definition of the table, have changed since the plan was made; such rows are not removed.',
    fix: 'Make a new plan with `msgdb dedupe --plan-out FILE`, and look at it.',
  },
  MSGDB_BLAST_RADIUS: {
    exit: 1,
    title: 'More rows would be removed than the limit allows',
    cause: 'A plan that removes more than half of the rows a rule covers usually means the wrong key.',
    fix: 'If the key is right, allow more: `--limit N`, or `limit: { losers: N }` in the rule.',
  },
  MSGDB_CONFIRMATION_NEEDED: {
    exit: 1,
    title: 'Nothing was changed: not confirmed',
    cause: 'The answer was no, or there is no terminal to ask on.',
    fix: 'Look with `--dry-run`, then run the same command with `--yes`.',
  },
  MSGDB_ROWS_HIDDEN: {
    exit: 1,
    title: 'Row-level security hides rows',
    cause: 'The role sees only part of the table, so duplicates could be missed.',
    fix: 'Connect as the owner of the table, or as a role with BYPASSRLS. Where row-level security is forced, the owner lifts it: `alter table T no force row level security`, and afterwards `force row level security`.',
  },
  MSGDB_VALUE_OVERWRITTEN: {
    exit: 1,
    warns: true,
    title: 'A trigger wrote another value than msgdb',
    cause: 'A trigger BEFORE UPDATE gives the row that is stored other values than the statement has set.',
    fix: 'If the trigger is right, take the column out of `merge` or `losers: { set: … }`. If not, undo the run, disable the trigger while msgdb works, and run it again.',
  },
  MSGDB_NOT_RESTORED: {
    exit: 1,
    title: 'Some rows were not restored',
    cause:
      'They were deleted or changed since, another row has their key, or a row that they refer to is not back. Newer data is not overwritten.',
    fix: 'See the rows with `msgdb archive show RUN`, and write those that should come back with INSERT or UPDATE.',
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
