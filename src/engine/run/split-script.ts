import { MsgdbError } from '../../model/errors.ts';
import type { ScriptStatement } from '../../model/operations/sql-operation.ts';
import { type ParsedStatement, parsePieces } from '../../sql/parse-pieces.ts';

type Tree = ParsedStatement['tree'];

/**
 * Splits a script into its statements with PostgreSQL's own parser, so that dollar quotes, nested comments and
 * semicolons inside strings are safe.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the line of what cannot be run.
 */
export async function splitScript(script: string): Promise<readonly ScriptStatement[]> {
  refuseNul(script);
  const statements: ScriptStatement[] = [];
  for await (const { text, line, tree } of parsePieces(script)) {
    refuseTransactionControl(tree, line);
    refuseClientCopy(tree, line);
    statements.push({ text, line, transactional: isTransactional(tree) });
  }
  return statements;
}

/** Statements that PostgreSQL refuses in a transaction block (25001), by what is in their tree. */
const ALONE: Readonly<Record<string, RegExp>> = {
  AlterDatabaseStmt: /"defname":"tablespace"/,
  AlterSubscriptionStmt: /_REFRESH|_PUBLICATION"/,
  AlterSystemStmt: /^/,
  AlterTableStmt: /"AT_DetachPartition".*"concurrent":true/,
  // Without a table it goes through all tables of the database.
  ClusterStmt: /^(?!.*"relation")/,
  CreateSubscriptionStmt: /^(?!.*"defname":"(?:connect|create_slot)")/,
  CreateTableSpaceStmt: /^/,
  CreatedbStmt: /^/,
  DiscardStmt: /"DISCARD_ALL"/,
  DropStmt: /"concurrent":true/,
  DropSubscriptionStmt: /^/,
  DropTableSpaceStmt: /^/,
  DropdbStmt: /^/,
  IndexStmt: /"concurrent":true/,
  ReindexStmt: /"concurrently"|REINDEX_OBJECT_(?:SYSTEM|DATABASE|SCHEMA)/i,
  VacuumStmt: /"is_vacuumcmd":true/,
};

function isTransactional(tree: Tree): boolean {
  return Object.entries(tree).every(([kind, fields]) => !ALONE[kind]?.test(JSON.stringify(fields)));
}

/** The runner's own transaction would be ended by it, and the record no longer be true. */
function refuseTransactionControl(tree: Tree, line: number): void {
  if (!('TransactionStmt' in tree)) return;
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `Line ${line} begins or ends a transaction.`,
    why: 'msgdb runs the script in a transaction of its own, together with its record.',
    fix: 'Take BEGIN, COMMIT and ROLLBACK out of the script.',
    data: { line },
  });
}

/** The server would wait for rows that are never sent. */
function refuseClientCopy({ CopyStmt: copy }: Tree, line: number): void {
  if (typeof copy !== 'object' || copy === null || 'filename' in copy) return;
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `Line ${line} copies ${'is_from' in copy ? 'FROM STDIN' : 'TO STDOUT'}.`,
    why: 'The rows would go through the client: only psql and pg_restore send them.',
    fix: 'Write the rows as INSERT (pg_dump --inserts does), or load them with psql.',
    data: { line },
  });
}

/** The parser takes it for the end of the script: what comes after would not be run, and nothing be said. */
function refuseNul(script: string): void {
  const place = script.indexOf('\0');
  if (place === -1) return;
  const line = script.slice(0, place).split('\n').length;
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `Line ${line} has a zero byte.`,
    why: 'PostgreSQL has no such character in SQL: the file is damaged, or saved in UTF-16.',
    fix: 'Save the file in UTF-8.',
    data: { line },
  });
}
