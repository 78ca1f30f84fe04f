import { parse } from 'libpg-query';
import { z } from 'zod';
import { MsgdbError } from '../../model/errors.ts';

export interface ScriptStatement {
  readonly text: string;
  /** Line of its first word in the script, from 1. */
  readonly line: number;
  /** Can it run in a transaction with others? */
  readonly transactional: boolean;
}

const parsedSchema = z.object({
  stmts: z
    .array(
      z.object({
        stmt: z.record(z.string(), z.unknown()),
        stmt_location: z.number().default(0),
        stmt_len: z.number().default(0),
      }),
    )
    .default([]),
});

/**
 * Splits a script into its statements with PostgreSQL's own parser, so that dollar quotes, nested comments and
 * semicolons inside strings are safe.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the line of the syntax error.
 */
export async function splitScript(script: string): Promise<readonly ScriptStatement[]> {
  const bytes = Buffer.from(script);
  const { stmts } = await parseScript(script);
  return stmts.map(({ stmt, stmt_location, stmt_len }) => {
    const end = stmt_len === 0 ? bytes.length : stmt_location + stmt_len;
    const raw = bytes.subarray(stmt_location, end).toString();
    const skipped = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(raw)?.[0] ?? '';
    const before = bytes.subarray(0, stmt_location).toString() + skipped;
    refuseTransactionControl(stmt, lineOf(before));
    return { text: raw.slice(skipped.length).trim(), line: lineOf(before), transactional: isTransactional(stmt) };
  });
}

async function parseScript(script: string): Promise<z.output<typeof parsedSchema>> {
  try {
    return parsedSchema.parse(await parse(script));
  } catch (error) {
    const position = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition;
    const line = position === undefined ? undefined : lineOf([...script].slice(0, position).join(''));
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `The SQL cannot be parsed${line === undefined ? '' : ` at line ${line}`}.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Correct the SQL. psql commands such as \\i are not SQL and are not understood.',
      ...(line === undefined ? {} : { data: { line } }),
      cause: error,
    });
  }
}

/** Statements that PostgreSQL refuses in a transaction block (25001). */
function isTransactional(stmt: Readonly<Record<string, unknown>>): boolean {
  const text = JSON.stringify(stmt);
  return !(
    ['VacuumStmt', 'CreatedbStmt', 'DropdbStmt', 'CreateTableSpaceStmt', 'DropTableSpaceStmt', 'AlterSystemStmt'].some(
      (kind) => kind in stmt && !(kind === 'VacuumStmt' && !text.includes('"is_vacuumcmd":true')),
    ) ||
    (('IndexStmt' in stmt || 'DropStmt' in stmt) && text.includes('"concurrent":true')) ||
    ('ReindexStmt' in stmt && /"concurrently"|REINDEX_OBJECT_(SYSTEM|DATABASE|SCHEMA)/i.test(text)) ||
    ('AlterTableStmt' in stmt && text.includes('AT_DetachPartition') && text.includes('"concurrent":true'))
  );
}

/** The runner's own transaction would be ended by it, and the record no longer be true. */
function refuseTransactionControl(stmt: Readonly<Record<string, unknown>>, line: number): void {
  if (!('TransactionStmt' in stmt)) return;
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `Line ${line} begins or ends a transaction.`,
    why: 'msgdb runs the script in a transaction of its own, together with its record.',
    fix: 'Take BEGIN, COMMIT and ROLLBACK out of the script.',
    data: { line },
  });
}

function lineOf(before: string): number {
  return before.split('\n').length;
}
