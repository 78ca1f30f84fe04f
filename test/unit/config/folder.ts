import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Runs with a folder that holds these files, and removes it afterwards; files called `.pgpass` are made private. */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  callback: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'msgdb-config-')));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      if (/\.(?:pgpass|key)$/.test(name)) await chmod(path, 0o600);
    }
    return await callback(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
