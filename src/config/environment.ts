import type { Environment } from './config.ts';
import { URL_VARIABLES } from './database-url.ts';
import { parseUrl } from './parse-url.ts';

/** One environment out of two: a variable of the real one goes before that of `.env`, unless it is empty. */
export function mergeEnvironments(real: Environment, dotenv: Environment): Environment {
  const merged: Record<string, string | undefined> = { ...dotenv };
  for (const [name, value] of Object.entries(real)) {
    if (value?.trim()) merged[name] = value;
  }
  return merged;
}

/** The database passwords an environment holds, whether they are used or not. */
export function passwordsOf(env: Environment): readonly string[] {
  const ofUrls = URL_VARIABLES.map((name) => passwordOf(env[name] ?? ''));
  return [env.PGPASSWORD, ...ofUrls].filter((password) => password !== undefined);
}

function passwordOf(url: string): string | undefined {
  try {
    return parseUrl(url, 'the environment').keywords.password;
  } catch {
    return undefined;
  }
}
