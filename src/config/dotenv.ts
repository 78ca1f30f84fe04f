import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './config.ts';

/** The variables of a `.env` file. */
export interface Dotenv {
  /** Absent when there is no such file. */
  readonly file?: string;
  readonly values: Environment;
  readonly warnings: readonly string[];
}

/** Reads the `.env` of the first of these folders that has one; a folder of that name (Python's) is passed over. */
export async function readDotenv(directories: readonly string[]): Promise<Dotenv> {
  for (const file of directories.map((directory) => join(directory, '.env'))) {
    const info = await stat(file).catch(() => undefined);
    if (!info?.isFile()) continue;
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return { values: {}, warnings: [`${file} cannot be read and is left out.`] };
    return { file, ...parseDotenv(text) };
  }
  return { values: {}, warnings: [] };
}

/** Node's own reading of the format; what it cuts off without a word is warned about. */
export function parseDotenv(text: string): Omit<Dotenv, 'file'> {
  const content = text.replace(/^\uFEFF/, '');
  const cut = [
    ...content.matchAll(/^\s*(?:export\s+)?(\w*(?:DATABASE_URL|PGPASSWORD))\s*=\s*[^\s'"`#][^\n#]*(?<=\S)#/gm),
  ];
  return {
    values: parseEnv(content),
    warnings: cut.map(
      ([, name]) => `.env: ${name} is cut off at a "#", which begins a comment; put the value in single quotes.`,
    ),
  };
}
