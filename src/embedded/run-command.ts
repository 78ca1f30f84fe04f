import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Account } from './account.ts';

const execute = promisify(execFile);

/** Where and as whom a program runs. */
export interface CommandOptions {
  readonly account?: Account | undefined;
  readonly cwd?: string | undefined;
  readonly path?: string | undefined;
}

/**
 * Runs one program to its end and gives its standard output.
 * Throws Node's own error, with `code` and `stderr`, when it cannot be started or fails.
 */
export async function runCommand(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { stdout } = await execute(file, [...args], {
    ...options.account,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: commandEnvironment(options.path),
  });
  return stdout;
}

/**
 * The environment of every program started here: nothing of the caller's but PATH. PGDATA, PGPORT or LD_PRELOAD of the
 * caller would reach the server, and messages have to be in English to be recognized.
 */
export function commandEnvironment(path = '/usr/local/bin:/usr/bin:/bin'): NodeJS.ProcessEnv {
  return { PATH: path, LC_ALL: 'C', TZ: 'UTC' };
}
