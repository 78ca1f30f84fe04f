import { constants } from 'node:fs';
import { access, open, realpath, rename, rm, stat } from 'node:fs/promises';
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

/** A report that is written piece by piece. */
export interface OpenOutput {
  write(text: string): Promise<void>;
  /** The file is there from here on. */
  close(): Promise<void>;
  /** What was there before stays. */
  abandon(): Promise<void>;
}

/**
 * Writes a report so that a reader sees the old file or the new one, never a half. What is no plain file (a pipe,
 * /dev/null) is written to as it is; what a symbolic link names is replaced, not the link.
 * @throws MsgdbError MSGDB_USAGE
 */
export async function writeOutputFile(file: string, text: string): Promise<void> {
  const output = await openOutputFile(file);
  await output.write(text);
  await output.close();
}

/**
 * The same, piece by piece.
 * @throws MsgdbError MSGDB_USAGE, as do the functions of what it gives.
 */
export async function openOutputFile(file: string): Promise<OpenOutput> {
  return await orUnwritable(file, async () => {
    const path = await realpath(file).catch(() => resolve(file));
    const there = await stat(path).catch(() => undefined);
    const plain = there === undefined || there.isFile();
    const draft = plain ? join(dirname(path), `.${basename(path)}.${process.pid}.tmp`) : path;
    const handle = await open(draft, 'w', (there?.mode ?? 0o666) & 0o777);
    async function abandon(): Promise<void> {
      await handle.close().catch(() => undefined);
      if (plain) await rm(draft, { force: true });
    }
    async function orAbandoned(work: () => Promise<void>): Promise<void> {
      await orUnwritable(file, work).catch(async (error: unknown) => {
        await abandon();
        throw error;
      });
    }
    return {
      write: async (text) => orAbandoned(async () => handle.writeFile(text)),
      close: async () =>
        orAbandoned(async () => {
          if (plain) await handle.sync();
          await handle.close();
          if (plain) await rename(draft, path);
        }),
      abandon,
    };
  });
}

async function orUnwritable<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw unwritable(file, error instanceof Error ? error.message : String(error));
  }
}

function unwritable(file: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `The report cannot be written to ${file}.`,
    why,
    fix: 'Name a file in a folder that exists with --output, or leave it out to print the report.',
  });
}
