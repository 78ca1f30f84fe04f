import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MsgdbError } from '../model/errors.ts';
import type { Environment } from './config.ts';
import type { Keywords } from './keywords.ts';
import { LIBPQ_KEYWORDS } from './keywords.ts';

export interface ServiceRequest {
  readonly service: string;
  /** The `servicefile` keyword, which goes before PGSERVICEFILE. */
  readonly file?: string;
  readonly env: Environment;
  readonly home: string | undefined;
}

/**
 * The settings of a named service: from PGSERVICEFILE or `~/.pg_service.conf`, else `PGSYSCONFDIR/pg_service.conf`.
 * @throws MsgdbError MSGDB_SERVICE_NOT_FOUND, or MSGDB_CONFIG_INVALID for a line that cannot be read.
 */
export async function readService({ service, file, env, home }: ServiceRequest): Promise<Keywords> {
  const own = file || env.PGSERVICEFILE || (home && join(home, '.pg_service.conf'));
  const ofSystem = env.PGSYSCONFDIR && join(env.PGSYSCONFDIR, 'pg_service.conf');
  const files = [own, ofSystem].flatMap((each) => each || []);
  for (const candidate of files) {
    const text = await readFile(candidate, 'utf8').catch(() => undefined);
    const found = text === undefined ? undefined : parseService(text, service, candidate);
    if (found) return found;
  }
  throw new MsgdbError('MSGDB_SERVICE_NOT_FOUND', {
    what: `The connection service "${service}" is not defined.`,
    why: files.length > 0 ? `No section [${service}] is in ${files.join(' or ')}.` : 'No service file is named.',
    fix: own
      ? `Add a section [${service}] to ${own}, or correct the name.`
      : 'Add servicefile=FILE to the connection string, or give createMsgdb the environment: `env: process.env`.',
    data: { service, files },
  });
}

/** The section of one service in an INI text; undefined when it is absent. */
function parseService(text: string, service: string, file: string): Keywords | undefined {
  let keywords: Record<string, string> | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (keywords) return keywords;
      if (line === `[${service}]`) keywords = {};
    } else if (keywords) {
      const [name, value] = parseSetting(line, `${file}:${index + 1}`);
      keywords[name] ??= value;
    }
  }
  return keywords;
}

function parseSetting(line: string, place: string): readonly [string, string] {
  const equals = line.indexOf('=');
  const name = line.slice(0, Math.max(equals, 0)).trim();
  if (name !== 'service' && LIBPQ_KEYWORDS.has(name)) return [name, line.slice(equals + 1).trim()];
  throw new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${place} is not a setting of a connection service.`,
    why:
      name === 'service'
        ? 'A service cannot name another service.'
        : 'A line there is keyword=value, with a keyword of libpq such as host, port, dbname or user.',
    fix: `Correct or remove the line at ${place}.`,
  });
}
