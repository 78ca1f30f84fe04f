import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Context } from '../../commands/context/context.ts';
import { queryTargets } from '../../commands/targets/query-targets.ts';
import { parseFields, parseTargets } from '../../config/targets/parse-targets.ts';
import type { NamedTarget } from '../../config/targets/target.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';

const SQL = 'sql:';

/**
 * Reads what `--targets` names: a file, `-` for standard input, or `sql:` and a query of the usual database.
 * @throws MsgdbError MSGDB_USAGE for what names no target, and what connecting and the query end with.
 */
export async function readTargets(
  given: string,
  context: Context,
  { stdin }: Pick<Terminal, 'stdin'>,
): Promise<readonly NamedTarget[]> {
  const targets = await readFrom(given, context, stdin);
  if (targets.length > 0) return targets;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--targets ${shown(given)} names no target.`,
    why: given.startsWith(SQL) ? 'The query gives no row.' : 'There is no line with a database or a schema in it.',
    fix: 'A run that looks at nothing must not pass: name at least one.',
  });
}

async function readFrom(given: string, context: Context, stdin: Terminal['stdin']): Promise<readonly NamedTarget[]> {
  if (given.startsWith(SQL)) return await query(given.slice(SQL.length), context);
  if (given !== '-') return parseTargets(await read(given, context), given);
  if (stdin.isTTY)
    throw new MsgdbError('MSGDB_USAGE', {
      what: '--targets - reads standard input, which is a terminal.',
      why: 'Nothing is piped into the command.',
      fix: 'Write the targets into a file and name that: --targets tenants.txt.',
    });
  return parseTargets(await text(stdin), 'standard input');
}

async function query(sql: string, context: Context): Promise<readonly NamedTarget[]> {
  const rows = await queryTargets(context, sql, '--targets');
  return rows.map((row, place) => parseFields(row, `row ${place + 1} of --targets`));
}

async function read(file: string, { workingDir }: Context): Promise<string> {
  try {
    return await readFile(resolve(workingDir, file), 'utf8');
  } catch (error) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `The file of --targets cannot be read: ${file}.`,
      why: error instanceof Error ? `${error.message}.` : String(error),
      fix: "Name a file with a target a line, - for standard input, or 'sql:select …'.",
    });
  }
}

function shown(given: string): string {
  return given.startsWith(SQL) ? `'${given}'` : given;
}
