import { constants } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MsgdbError } from '../model/errors.ts';

/**
 * Finds out, before any work is done, whether a report can be written there.
 * @throws MsgdbError MSGDB_USAGE
 */
export async function checkOutputFile(file: string): Promise<void> {
  if (file.trim() === '') throw unwritable('an empty name', 'In a script that is often a variable that is not set.');
  const there = await stat(resolve(file)).catch(() => undefined);
  if (there?.isDirectory()) throw unwritable(file, 'It is a folder.');
  const folder = dirname(resolve(file));
  const parent = await stat(folder).catch(() => undefined);
  if (!parent?.isDirectory()) throw unwritable(file, `The folder ${folder} does not exist.`);
  const target = there && !there.isFile() ? resolve(file) : folder;
  await access(target, constants.W_OK).catch(() => {
    throw unwritable(file, `${target} is not writable.`);
  });
}

/**
 * Writes a report so that a reader sees the old file or the new one, never a half. What is no plain file (a pipe,
 * /dev/null) is written to as it is; what a symbolic link names is replaced, not the link.
 * @throws MsgdbError MSGDB_USAGE
 */
export async function writeOutputFile(file: string, text: string): Promise<void> {
  try {
    const path = await realpath(file).catch(() => resolve(file));
    const there = await stat(path).catch(() => undefined);
    if (there && !there.isFile()) await writeFile(path, text);
    else await replaceFile(path, text, there?.mode);
  } catch (error) {
    throw unwritable(file, error instanceof Error ? error.message : String(error));
  }
}

async function replaceFile(path: string, text: string, mode = 0o666): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeFile(draft, text, { mode: mode & 0o777, flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function unwritable(file: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `The report cannot be written to ${file}.`,
    why,
    fix: 'Name a file in a folder that exists with --output, or leave it out to print the report.',
  });
}
