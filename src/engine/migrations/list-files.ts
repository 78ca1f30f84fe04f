import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';

const FILE = /^(?<name>\d{1,14}-[a-z0-9]+(?:-[a-z0-9]+)*)(?<down>\.down)?\.(?<type>ts|js|mts|mjs|sql)$/;

/** Files of code or SQL: one whose name is not a migration's would be ignored silently. */
const MEANT = /^(?:\d.*\.(?:[cm]?[jt]sx?|sql)|(?:[VU]\d[\d._]*|R)__.*\.sql)$/i;

/** A file of the migrations folder. */
export interface ListedFile {
  readonly file: string;
  readonly name: string;
  readonly down: string | undefined;
  readonly type: string;
}

/**
 * Lists the files of a migrations folder, ordered by name.
 * @throws MsgdbError MSGDB_CONFIG_INVALID when it cannot be read; MSGDB_MIGRATION_INVALID for a file that begins with a
 * number and would not be run.
 */
export async function listFiles(directory: string): Promise<readonly ListedFile[]> {
  const names = await readFolder(directory);
  const files = names
    .toSorted()
    .filter((file) => MEANT.test(file) && !/\.d\.[cm]?ts$/.test(file))
    .map((file) => {
      const groups = FILE.exec(file)?.groups;
      if (!groups?.name || !groups.type) throw badName(directory, file);
      return { file, name: groups.name, down: groups.down, type: groups.type };
    });
  refuseTwins(files.filter((file) => file.down === undefined));
  refuseLonelyDowns(directory, files);
  return files;
}

async function readFolder(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new MsgdbError('MSGDB_CONFIG_INVALID', {
      what: missing
        ? `There is no migrations folder ${directory}.`
        : `The migrations folder ${directory} cannot be read.`,
      why: missing ? 'Migrations are files of that folder.' : error instanceof Error ? error.message : String(error),
      fix: 'Make it with `msgdb init`, or name another with --migrations-dir. No folder is needed where --table and --key name the rule (find-duplicates, dedupe, verify).',
      ...(missing ? { data: { folder: directory } } : {}),
      cause: error,
    });
  }
}

function badName(directory: string, file: string): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `${join(directory, file)} does not have a migration's name.`,
    why: 'Migrations run in the order of their names, so each is a number, a hyphen and kebab-case words, and ends with .ts, .js, .mts, .mjs or .sql.',
    fix: `Rename it like ${likeName(file)}, or move it out of the folder if it is not one.`,
  });
}

/** Names of other tools: `V1_2__add_users.sql`, `0001_add_users.up.sql`. */
function likeName(file: string): string {
  const [, number, words, down, type] =
    /^[VU]?(\d+)[\d._]*?[-_.]+([^.]*)\.?(up|down|do|undo)?\.(sql|[cm]?[jt]s)$/i.exec(file) ?? [];
  if (number === undefined || words === undefined || type === undefined) return '0001-chat-messages.ts';
  const kebab = words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const undo = /^(?:down|undo)$/i.test(down ?? '') || /^U/i.test(file) ? '.down' : '';
  const name = `${number.padStart(4, '0')}-${kebab}${undo}.${type.toLowerCase()}`;
  return FILE.test(name) ? name : '0001-chat-messages.ts';
}

function refuseTwins(files: readonly ListedFile[]): void {
  for (const [place, file] of files.entries()) {
    const twin = files.slice(place + 1).find((other) => other.name === file.name);
    if (!twin) continue;
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `Two files are the migration ${file.name}: ${file.file} and ${twin.file}.`,
      fix: `Remove ${twin.file}, or give it a number of its own, such as 0002-${file.name.replace(/^\d+-/, '')}.`,
    });
  }
}

/** Undo that nothing would ever run is a surprise for the day of the rollback. */
function refuseLonelyDowns(directory: string, files: readonly ListedFile[]): void {
  for (const { file, name, down, type } of files) {
    if (down === undefined) continue;
    const up = files.find((other) => other.name === name && other.down === undefined);
    if (type === 'sql' && up?.type === 'sql') continue;
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `${join(directory, file)} would never be run.`,
      why: up
        ? `A .down.sql file undoes a .sql file; ${up.file} declares its undo itself.`
        : `There is no ${name}.sql that it undoes.`,
      fix: up
        ? `Remove it, or write it as \`down\` of sql({ up, down }) in ${up.file}.`
        : `Add ${name}.sql, or remove it.`,
    });
  }
}
