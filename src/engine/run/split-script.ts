import { z } from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import type { ScriptStatement } from '../../model/operations/sql-operation.ts';
import { type ParsedStatement, parsePieces } from '../../sql/parse-pieces.ts';
import { scan } from '../../sql/parse-sql.ts';
import { placeholderOf } from '../../sql/script-file/explain-unparsed.ts';
import { showFirstLine } from '../../sql/script-file/point-at.ts';

/**
 * Splits a script into its statements with PostgreSQL's own parser, so that dollar quotes, nested comments and
 * semicolons inside strings are safe. One that the parser does not know is left to the server (`unread`).
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the line of what cannot be run.
 */
export async function splitScript(script: string): Promise<readonly ScriptStatement[]> {
  refuseNul(script);
  const statements: ScriptStatement[] = [];
  for await (const statement of parsePieces(script)) {
    const { text, line, column, tree, unread } = statement;
    if (unread !== undefined) {
      statements.push({ text, line, column, transactional: !/\bconcurrently\b/i.test(text), unread });
      continue;
    }
    refuseTransactionControl(statement);
    refuseClientCopy(statement);
    refuseOtherStrings(statement);
    await refusePlaceholders(statement);
    statements.push({ text, line, column, transactional: isTransactional(tree), ...readBuild(tree) });
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

const buildSchema = z.object({
  IndexStmt: z.object({
    concurrent: z.literal(true),
    idxname: z.string().optional(),
    relation: z.object({ schemaname: z.string().optional(), relname: z.string() }),
  }),
});

function readBuild(tree: ParsedStatement['tree']): Pick<ScriptStatement, 'builds'> {
  const parsed = buildSchema.safeParse(tree);
  if (!parsed.success) return {};
  const { idxname: index, relation } = parsed.data.IndexStmt;
  return { builds: { index, table: { schema: relation.schemaname, name: relation.relname } } };
}

function isTransactional(tree: ParsedStatement['tree']): boolean {
  return Object.entries(tree).every(([kind, fields]) => !ALONE[kind]?.test(JSON.stringify(fields)));
}

/** The runner's own transaction would be ended by it, and the record no longer be true. */
function refuseTransactionControl(statement: ParsedStatement): void {
  if (!('TransactionStmt' in statement.tree)) return;
  throw refused(statement, {
    what: 'begins or ends a transaction.',
    why: 'msgdb runs the script in a transaction of its own, together with its record.',
    fix: 'Take BEGIN, COMMIT and ROLLBACK out of the script.',
  });
}

/** The server would wait for rows that are never sent. */
function refuseClientCopy(statement: ParsedStatement): void {
  const { CopyStmt: copy } = statement.tree;
  if (typeof copy !== 'object' || copy === null || 'filename' in copy) return;
  throw refused(statement, {
    what: `copies ${'is_from' in copy ? 'FROM STDIN' : 'TO STDOUT'}.`,
    why: 'The rows would go through the client: only psql and pg_restore send them.',
    fix: 'Write the rows as INSERT (pg_dump --inserts does), or load them with psql.',
  });
}

/** Where a string ends would be another thing for the server than for the parser. */
function refuseOtherStrings(statement: ParsedStatement): void {
  if (!('VariableSetStmt' in statement.tree)) return;
  if (!/\bstandard_conforming_strings\b\W+(?:to\b)?\W*(?:off|false|no|0|f|n)\b/i.test(statement.text)) return;
  throw refused(statement, {
    what: 'turns standard_conforming_strings off.',
    why: 'The server would then read backslashes in strings otherwise than the script was split by.',
    fix: "Take it out, and write strings with backslash escapes as E'…'.",
  });
}

/** In a name it would be taken for a part of it. */
async function refusePlaceholders({ text, line }: ParsedStatement): Promise<void> {
  if (!/"[^"]*\$\{[^}"]*\}/.test(text)) return;
  for (const word of await scan(text)) {
    const placeholder = word.tokenName === 'IDENT' ? /\$\{[^}]*\}/.exec(word.text)?.[0] : undefined;
    if (placeholder === undefined) continue;
    const at = line + text.slice(0, text.indexOf(placeholder)).split('\n').length - 1;
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', { ...placeholderOf(placeholder, at), data: { line: at } });
  }
}

function refused(
  { text, line, column }: ParsedStatement,
  { what, why, fix }: { readonly what: string; readonly why: string; readonly fix: string },
): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `Line ${line} ${what}`,
    why,
    fix,
    data: { line, column, excerpt: showFirstLine(text, line) },
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
