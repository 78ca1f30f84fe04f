import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold an application's source by convention. */
const FOLDERS = [
  'src',
  'app',
  'apps',
  'packages',
  'services',
  'server',
  'api',
  'lib',
  'pages',
  'backend',
  'cmd',
  'internal',
  'pkg',
  'supabase/functions',
];

const SOURCE = /\.(?:[cm]?[jt]sx?|go|py|rb|java|kt|cs|php|rs|scala|exs?|vue|svelte|astro)$/;

/** Those of a project that hold source, and the applications of Django; empty where the whole folder is to be read. */
export async function findSources(projectDir: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of FOLDERS) {
    const files = await readdir(join(projectDir, folder), { recursive: true }).catch(() => []);
    if (files.some((file) => SOURCE.test(file) && !file.includes('node_modules'))) found.push(folder);
  }
  const entries = await readdir(projectDir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory() || found.includes(entry.name)) continue;
    const files = await readdir(join(projectDir, entry.name)).catch((): string[] => []);
    if (files.includes('models.py')) found.push(entry.name);
  }
  return found;
}
