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
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const offset = findForeignByte(bytes, text);
  if (offset === undefined) return text;
  const line = bytes.subarray(0, offset).toString('latin1').split('\n').length;
  const byte = bytes[offset]?.toString(16).padStart(2, '0').toUpperCase() ?? '';
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `${path} is not UTF-8: byte 0x${byte} at offset ${offset}, on line ${line}.`,
    why: 'In another encoding its text would be stored as other characters.',
    fix: `Save the file in UTF-8 (\`iconv -f ${nameEncoding(bytes)} -t UTF-8\` converts it).`,
    data: { file: path, line },
  });
}

const REPLACEMENT = '\uFFFD';

/** Offset of the first byte that is not UTF-8: there the text has a character that the file has not. */
function findForeignByte(bytes: Buffer, text: string): number | undefined {
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, at + 1)) {
    // All that is before it was decoded as it is.
    const offset = Buffer.byteLength(text.slice(0, at));
    if (bytes.toString('latin1', offset, offset + 3) !== '\xEF\xBF\xBD') return offset;
  }
  return undefined;
}

function nameEncoding(bytes: Buffer): string {
  const mark = bytes.toString('latin1', 0, 2);
  return mark === '\xFF\xFE' || mark === '\xFE\xFF' ? 'UTF-16' : 'LATIN1';
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
