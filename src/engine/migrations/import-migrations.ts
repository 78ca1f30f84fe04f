import { basename } from 'node:path';
import { loadModules, type NotLoaded } from '../../loader/load-modules.ts';
import { CODES, type ErrorCode } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import { type Migration, parseMigration } from '../../model/migration.ts';

/**
 * Imports migrations written in TypeScript or JavaScript, by path.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with file, line and column, for the first one that does not load.
 */
export async function importMigrations(
  paths: readonly string[],
  libraryEntry: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Migration>> {
  const result = await loadModules({ paths, libraryEntry }, signal);
  if ('kind' in result) throw notLoaded(result);
  return new Map(result.map(({ path, exported }) => [path, parseExported(exported, path)]));
}

function parseExported(exported: unknown, path: string): Migration {
  try {
    return parseMigration(exported, path);
  } catch (error) {
    if (!(error instanceof MsgdbError)) throw error;
    const what = error.message.includes(path) ? error.message : `${path}: ${error.message}`;
    throw error.with({ what, data: { file: path } });
  }
}

function notLoaded({ path, reason, fix, place, known }: NotLoaded): MsgdbError {
  const at = place && `${place.file}:${place.line}:${place.column}`;
  const data = place ? { file: place.file, line: place.line, column: place.column } : { file: path };
  if (known && isCode(known.code)) {
    return new MsgdbError(known.code, { what: `${at ?? path}: ${reason}`, why: known.why, fix: known.fix, data });
  }
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `${path} does not load: ${reason.replace(/\.$/, '')}.`,
    why: at ? `It happened at ${at}.` : 'The error does not say where.',
    fix: fix ?? (place ? `Correct line ${place.line} of ${basename(place.file)}.` : `Correct ${basename(path)}.`),
    data,
  });
}

function isCode(code: string): code is ErrorCode {
  return code in CODES;
}
