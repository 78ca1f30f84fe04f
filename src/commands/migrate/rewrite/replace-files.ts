import { rm, writeFile } from 'node:fs/promises';
import { MsgdbError } from '../../../model/errors.ts';

/** Files that become one, by paths. */
export interface ReplacedFiles {
  readonly from: readonly string[];
  readonly to: string;
  readonly text: string;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'The user that msgdb runs as may not change it.',
  EPERM: 'The user that msgdb runs as may not change it.',
  EEXIST: 'It is there already, and no file is overwritten.',
  ENOENT: 'Its folder does not exist.',
  ENOSPC: 'The disk is full.',
  EROFS: 'The file system is read-only.',
};

/**
 * Writes all new files, and removes what they replace after that: none is lost, and none is replaced where another cannot be.
 * @throws MsgdbError MSGDB_USAGE
 */
export async function replaceFiles(replacements: readonly ReplacedFiles[]): Promise<void> {
  const written: string[] = [];
  for (const { to, text } of replacements) {
    await writeNew(to, text).catch(async (error: unknown) => {
      for (const path of written) await rm(path, { force: true }).catch(() => undefined);
      throw new MsgdbError('MSGDB_USAGE', {
        what: `${to} cannot be written; no migration was rewritten.`,
        why: reasonOf(error),
        fix: 'Make sure that a file of that name can be made, and run `msgdb migrate --rewrite` again.',
        cause: error,
      });
    });
    written.push(to);
  }
  await removeAll(replacements.flatMap(({ from }) => from));
}

/** Nothing is left of a file that is written in part. */
async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOSPC' || error.code === 'EIO' || error.code === 'EDQUOT')
      await rm(path, { force: true }).catch(() => undefined);
    throw error;
  });
}

async function removeAll(paths: readonly string[]): Promise<void> {
  const kept: { readonly path: string; readonly error: unknown }[] = [];
  for (const path of paths) await rm(path, { force: true }).catch((error: unknown) => kept.push({ path, error }));
  const [first] = kept;
  if (!first) return;
  const left = kept.map(({ path }) => path);
  throw new MsgdbError('MSGDB_USAGE', {
    what: `The migrations are rewritten, and what they replace cannot be removed: ${left.join(', ')}.`,
    why: `With them the migration would be there twice, which is refused. ${reasonOf(first.error)}`,
    fix: `Remove ${left.join(' and ')} by hand.`,
    cause: first.error,
  });
}

function reasonOf(error: unknown): string {
  return REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;
}
