import { readFile } from 'node:fs/promises';
import { MsgdbError } from '../../model/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'It is a folder.',
  ELOOP: 'It is a link that leads back to itself.',
  ENOENT: 'It is a link to a file that does not exist.',
  EACCES: 'The user that msgdb runs as may not read it.',
};

/**
 * Reads a file of the migrations folder.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID: one that cannot be read must not look like one that is not there.
 */
export async function readMigration(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `${path} is not UTF-8.`,
      why: 'In another encoding its text would be stored as other characters.',
      fix: 'Save the file in UTF-8.',
      data: { file: path },
      cause: error,
    });
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `${path} cannot be read.`,
      why: REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message,
      fix: 'Make it a file that can be read, or move it out of the migrations folder.',
      cause: error,
    });
  }
}
