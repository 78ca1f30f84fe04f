import { readFile, stat } from 'node:fs/promises';
import { platform } from 'node:os';

/** The connection a password is looked up for. */
export interface PasswordRequest {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export interface PasswordFound {
  readonly password?: string;
  readonly warnings: readonly string[];
}

/**
 * Looks a password up in a `.pgpass` file: the first line that matches counts. A missing file is no error; one that
 * others can read is ignored with a warning, as libpq does.
 */
export async function findPassword(file: string, request: PasswordRequest): Promise<PasswordFound> {
  const info = await stat(file).catch(() => undefined);
  if (!info) return { warnings: [] };
  if (!info.isFile()) return ignored(file, 'it is not a plain file');
  if (platform() !== 'win32' && (info.mode & 0o077) !== 0) {
    return ignored(file, `other users can read it; make it private with: chmod 600 ${file}`);
  }
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return ignored(file, 'it cannot be read');
  const password = text
    .split('\n')
    .map((line) => passwordOf(line.replace(/\r$/, ''), request))
    .find((found) => found !== undefined);
  return { ...(password ? { password } : {}), warnings: [] };
}

function ignored(file: string, reason: string): PasswordFound {
  return { warnings: [`The password file ${file} is ignored: ${reason}.`] };
}

/** The password of one `host:port:database:user:password` line if the line is about this connection. */
function passwordOf(line: string, { host, port, database, user }: PasswordRequest): string | undefined {
  const match = /^(?!#)((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.*)$/su.exec(line);
  if (!match) return undefined;
  const wanted = [host, String(port), database, user];
  const fits = wanted.every(
    (value, index) => match[index + 1] === '*' || withoutBackslashes(match[index + 1] ?? '') === value,
  );
  return fits ? withoutBackslashes(match[5] ?? '') : undefined;
}

function withoutBackslashes(field: string): string {
  return field.replaceAll(/\\(.)/gsu, '$1');
}
