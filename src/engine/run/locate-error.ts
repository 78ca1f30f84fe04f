import type { MsgdbError } from '../../model/errors.ts';
import { isInterruption } from '../../model/interruption.ts';
import type { ScriptStatement } from '../../model/operations/sql-operation.ts';
import { type Pointed, pointAt, showFirstLine, showPlace } from '../../sql/script-file/point-at.ts';

/** An error of a script's statement, with its place in the file and what stands there. */
export function locateError(statement: ScriptStatement, error: MsgdbError, file: string | undefined): MsgdbError {
  if (isInterruption(error) || error.code === 'MSGDB_CONNECTION_LOST') return error;
  const { line, column, excerpt } = placeOf(statement, error);
  const { query, queryPosition } = error.data;
  const inner =
    query !== undefined && queryPosition !== undefined ? showPlace('QUERY: ', query, queryPosition - 1) : query;
  return error.with({
    what: `Line ${line}: ${error.message}`,
    data: {
      line,
      column,
      excerpt,
      ...(file === undefined ? {} : { file }),
      ...(inner === undefined ? {} : { queryExcerpt: inner }),
    },
  });
}

function placeOf(statement: ScriptStatement, { data: { position, context = '' } }: MsgdbError): Pointed {
  const { text, line, column } = statement;
  if (position !== undefined) return pointAt(text, position - 1, statement);
  // The lines of a DO block are counted from what opens its body.
  const lines = /inline_code_block line (\d+)(?![\s\S]*inline_code_block)/.exec(context)?.[1];
  const body = lines === undefined ? null : /\$\w*\$|'(?=[^']*\n)/.exec(text);
  if (lines === undefined || body === null) return { line, column, excerpt: showFirstLine(text, line) };
  const before = text.slice(0, body.index).split('\n').length - 1;
  const at = line + before + Number(lines) - 1;
  const shown = text.split('\n')[at - line] ?? '';
  return { line: at, column: shown.length - shown.trimStart().length + 1, excerpt: showFirstLine(shown, at) };
}
