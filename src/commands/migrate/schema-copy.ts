import { applyOperation } from '../../engine/migrations/apply-operation.ts';
import { doSteps } from '../../engine/pipeline.ts';
import { splitScript } from '../../engine/run/split-script.ts';
import { MsgdbError } from '../../model/errors.ts';
import { isInterruption } from '../../model/interruption.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { ScriptStatement, SqlOperation } from '../../model/operations/sql-operation.ts';
import { plannedBy } from '../../plan/plan-operation.ts';
import { type Run, SCRIPT } from '../../session/workplace.ts';
import { applySettings } from '../../sql/settings.ts';
import { userSql } from '../../sql/user-sql.ts';

/** A statement may wait, or loop, for what never comes on a copy without rows. */
const STATEMENT_LIMIT = '10s';

/**
 * What changes rows alone, or who may do what: the copy has neither rows nor roles. What is left may change the schema,
 * by a function too.
 */
const PASSED_OVER =
  /^(?:insert|update|delete|merge|copy|truncate|with|values|table|vacuum|analyze|explain|reindex|cluster|refresh|lock|notify|grant|revoke|reassign|comment|security|alter\s+(?:role|user|system|database|default\s+privileges)|create\s+(?:role|user|group)|drop\s+(?:role|user|group|owned)|alter\s[^;]*\sowner\s+to)\b/is;

/** Does an operation on a copy of the schema, and gives the reasons for what of it cannot be done there. */
export async function doOnCopy(
  copy: Run,
  operation: Operation,
  file: MigrationFile,
  place: number,
): Promise<readonly string[]> {
  if (operation.kind === 'expect-index') return [];
  if (operation.kind === 'sql') return await runOnCopy(copy, operation);
  try {
    const { plan } = await applyOperation(operation, plannedBy(file.migration.up)).plan(copy);
    await copy.record.open(copy);
    const origin = { runId: copy.id, migration: file.name, operation: place };
    for await (const _ of doSteps(copy, plan.steps, origin));
    return [];
  } catch (error) {
    return [notDone('This', reasonOf(error))];
  }
}

async function runOnCopy(copy: Run, { up, statements }: SqlOperation): Promise<readonly string[]> {
  const session = await copy.openSession(SCRIPT);
  const failures: string[] = [];
  try {
    await session.query(applySettings({ statement_timeout: STATEMENT_LIMIT }));
    for (const each of statements?.up ?? (await splitScript(up))) {
      if (PASSED_OVER.test(wordsOf(each))) continue;
      try {
        await session.query(userSql(each.text));
      } catch (error) {
        failures.push(notDone(`Line ${each.line}`, reasonOf(error)));
      }
    }
  } finally {
    await session.close();
  }
  return failures;
}

function notDone(what: string, reason: string): string {
  return `${what} failed on a copy of the schema without rows, and what comes after is planned without it: ${reason}`;
}

/** From its first word on. */
function wordsOf({ text }: ScriptStatement): string {
  return text.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
}

/** @throws what is no answer of the copy. */
function reasonOf(error: unknown): string {
  if (!(error instanceof MsgdbError)) throw error;
  if (error.code === 'MSGDB_CONNECTION_LOST' || isInterruption(error)) throw error;
  return error.message;
}
