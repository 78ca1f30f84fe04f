import type { MsgdbError } from '../model/errors.ts';
import type { SourcePlace } from '../model/failure-facts.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { ScriptStatement } from '../model/operations/sql-operation.ts';
import { sqlstateOf } from '../session/database-error.ts';
import { readOnly } from '../session/read-only.ts';
import type { Workplace } from '../session/workplace.ts';
import { checkSyntax } from '../sql/check-syntax.ts';

/**
 * Statements of a script that neither the parser of msgdb nor the server takes, as reasons to refuse it before anything
 * is changed. What only the parser does not know (the syntax of a later version) is no reason.
 */
export async function findUnreadable(
  workplace: Workplace,
  statements: readonly ScriptStatement[] = [],
  file?: string,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { text, unread } of statements) {
    if (unread === undefined || !(await isRefused(workplace, text))) continue;
    findings.push(
      finding('MSGDB_MIGRATION_INVALID', unread.message, {
        fix: unread.fix,
        data: { ...placeOf(unread), why: unread.why, ...(file === undefined ? {} : { file }) },
      }),
    );
  }
  return findings;
}

function placeOf({ data: { line, column, excerpt } }: MsgdbError): Pick<SourcePlace, 'line' | 'column' | 'excerpt'> {
  if (line === undefined || column === undefined || excerpt === undefined) return {};
  return { line, column, excerpt };
}

async function isRefused(workplace: Workplace, text: string): Promise<boolean> {
  // Of a body with statements PL/pgSQL would read each by itself.
  if (text.includes(';')) return false;
  try {
    await readOnly(workplace, async (db) => db.query(checkSyntax(text)));
    return false;
  } catch (error) {
    const sqlstate = sqlstateOf(error);
    if (sqlstate === undefined || sqlstate === '') throw error;
    return sqlstate === '42601';
  }
}
