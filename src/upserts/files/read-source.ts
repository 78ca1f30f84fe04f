import { open } from 'node:fs/promises';

/** Larger files are not written by people; a dump of rows has no upserts to prove. */
const LARGEST = 2 * 1024 * 1024;
/** Lines of this length on average are a program's. */
const LONGEST_AVERAGE_LINE = 1_000;

export type ReadSource =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Reads a source file, never more of it than the limit. Files that are not text, or are minified, are skipped. */
export async function readSource(path: string): Promise<ReadSource> {
  const bytes = await readAtMost(path, LARGEST + 1).catch(() => undefined);
  if (bytes === undefined) return { kind: 'skipped', reason: 'it cannot be read' };
  if (bytes.length > LARGEST) return { kind: 'skipped', reason: 'it is larger than 2 MB' };
  if (bytes.subarray(0, 8_192).includes(0)) return { kind: 'skipped', reason: 'it is not text' };
  if (isMinified(bytes)) return { kind: 'skipped', reason: 'it is minified' };
  return { kind: 'read', bytes };
}

async function readAtMost(path: string, limit: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafe(Math.min(size, limit));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function isMinified(bytes: Buffer): boolean {
  if (bytes.length < 50_000) return false;
  let lines = 1;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return bytes.length / lines > LONGEST_AVERAGE_LINE;
}
