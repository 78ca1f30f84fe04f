import * as z from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import { describeProblems } from '../../model/option-problems.ts';
import { EVERY_SETTING, readName, type Settings } from './settings.ts';

const userConfig = z.strictObject(
  Object.fromEntries(EVERY_SETTING.map(([name, { kind }]) => [name, kind.schema.optional()])),
);

const SETTING_NAMES = Object.keys(userConfig.shape);

/**
 * Reads what a config file exports. All problems are reported at once; a URL is never shown.
 * @throws MsgdbError MSGDB_CONFIG_INVALID
 */
export function parseUserConfig(exported: unknown, file: string, source = ''): Settings {
  const parsed = userConfig.safeParse(exported);
  if (!parsed.success) throw invalid(exported, parsed.error.issues, file, source);
  const settings: Settings = Object.fromEntries(
    EVERY_SETTING.flatMap(([name, setting]) =>
      parsed.data[name] === undefined ? [] : [[readName(name, setting), parsed.data[name]]],
    ),
  );
  if (settings.databaseUrl !== undefined && settings.embedded) throw twoDatabases(file);
  return settings;
}

function invalid(given: unknown, issues: readonly z.core.$ZodIssue[], file: string, source: string): MsgdbError {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const first = unknown[0];
  const problems = issues.some(({ path, code }) => path.length === 0 && code !== 'unrecognized_keys')
    ? ['its default export is not an object of settings']
    : describeProblems({ schema: userConfig, given, issues, word: 'setting', secret: ['databaseUrl'] });
  const keys = issues.flatMap((issue) => (issue.path.length > 0 ? [issue.path.join('.')] : unknown));
  const line = lineOf(keys[0]?.split('.')[0], source);
  const at = line === undefined ? '' : ` See ${file}:${line}.`;
  return new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${file} is not a valid configuration: ${problems.join('; ')}.`,
    why: `${first === undefined ? 'A value has the wrong form.' : `The settings are ${SETTING_NAMES.join(', ')}.`}${at}`,
    fix: fixesOf(
      issues.map(({ path }) => path.join('.') || undefined),
      unknown,
      file,
    ),
    data: { file, keys, ...(line === undefined ? {} : { line }) },
  });
}

/** What to do with each setting: rename or remove one that is unknown, correct the others. */
function fixesOf(paths: readonly (string | undefined)[], unknown: readonly string[], file: string): string {
  const renames = unknown.map((name) => {
    const near = nearest(name, SETTING_NAMES);
    return near ? `rename "${name}" to "${near}"` : `remove "${name}"`;
  });
  const wrong = paths.flatMap((path) => path ?? (unknown.length > 0 ? [] : ['the default export']));
  const fixes = [...renames, ...(wrong.length > 0 ? [`correct ${wrong.join(', ')}`] : [])].join(', ');
  return `${fixes.charAt(0).toUpperCase()}${fixes.slice(1)} in ${file}.`;
}

/** The line on which a setting seems to be written; a value that is computed has none. */
function lineOf(setting: string | undefined, source: string): number | undefined {
  const line = source.split('\n').findIndex((each) => /["']?([\w-]+)["']?\s*:/.exec(each)?.[1] === setting);
  return setting === undefined || line < 0 ? undefined : line + 1;
}

function twoDatabases(file: string): MsgdbError {
  return new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${file} has both databaseUrl and embedded.`,
    why: 'A command works on one database.',
    fix: `Take databaseUrl or embedded out of ${file}.`,
    data: { file },
  });
}
