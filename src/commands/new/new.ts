import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { FilesReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { orUnwritable } from '../project/or-unwritable.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { migrationTemplate, sqlTemplates } from './migration-template.ts';

export interface NewOptions {
  /** What it is about, in any spelling: made into kebab-case. */
  readonly name: string;
  readonly table?: string | undefined;
  readonly key?: readonly string[] | undefined;
  /** Both of them, with what else is known of the rule. */
  readonly rule?: UniqueKey | undefined;
  /** A pair of .sql files instead of TypeScript. */
  readonly sql: boolean;
}

/** Writes a migration to start from, numbered after the last one. */
export async function createMigration(context: Context, options: NewOptions): Promise<FilesReport> {
  return await makeReport(context, async () => {
    const words = kebabCase(options.name);
    const created = await orUnwritable(unwritable(context), async () => writeFiles(context, words, options));
    return {
      command: 'new',
      created,
      ...conclude({
        findings: [],
        summary: `${created.join(' and ')} written`,
        next: 'edit it, then msgdb migrate --dry-run',
      }),
    };
  });
}

async function writeFiles(
  { migrationsDir, projectDir }: Context,
  words: string,
  options: NewOptions,
): Promise<readonly string[]> {
  await mkdir(migrationsDir, { recursive: true });
  const base = `${await nextNumber(migrationsDir)}-${words}`;
  const files = options.sql
    ? sqlTemplates(options.name).map(({ suffix, content }) => ({ name: `${base}${suffix}`, content }))
    : [{ name: `${base}.ts`, content: migrationTemplate(options) }];
  const created: string[] = [];
  for (const { name, content } of files) {
    const path = join(migrationsDir, name);
    await writeFile(path, content, { flag: 'wx' });
    created.push(relative(projectDir, path));
  }
  return created;
}

function unwritable({ migrationsDir }: Context) {
  return {
    what: `No migration can be written to ${migrationsDir}.`,
    fix: `Make that a folder that can be written to, or name another one: --migrations-dir FOLDER.`,
  };
}

/** A name as a file has it: `one row per message` is `one-row-per-message`. */
export function kebabCase(name: string): string {
  const words = name
    .normalize('NFKD')
    // The dots of an ö stand behind the o by now.
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/[A-Za-z0-9]+/g, splitHumps)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (words !== '') return words.slice(0, 80).replace(/-+$/, '');
  throw new MsgdbError('MSGDB_USAGE', {
    what: `"${name}" has no letters to name a migration by.`,
    fix: 'Name what it does: msgdb new "one message per webhook".',
  });
}

/** A word with one capital within is a name, such as WhatsApp or PostgreSQL; messageId and OneRowPerMessage are several words. */
function splitHumps(word: string): string {
  const split = word.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2');
  return /^[a-z]/.test(word) || split.length > word.length + 1 ? split : word;
}

/** Numbers have the width of those that are there, four digits at first. */
async function nextNumber(directory: string): Promise<string> {
  const numbers = (await readdir(directory)).flatMap((file) => /^(\d+)-/.exec(file)?.[1] ?? []);
  const width = Math.max(4, ...numbers.map((number) => number.length));
  const highest = numbers.reduce((most, number) => (BigInt(number) > most ? BigInt(number) : most), 0n);
  return String(highest + 1n).padStart(width, '0');
}
