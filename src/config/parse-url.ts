import type { Keywords } from './keywords.ts';
import { URL_PARAMETERS, unknownParameter } from './keywords.ts';
import { parseKeywordValue } from './parse-keyword-value.ts';
import { reservedCharacter, urlInvalid } from './url-invalid.ts';

/** A connection string taken apart, as libpq does it. */
export interface ParsedUrl {
  readonly keywords: Keywords;
  /** Prisma's `?schema=`. */
  readonly schema?: string;
  readonly warnings: readonly string[];
}

const SCHEME = /^postgres(?:ql)?:\/\//i;

/**
 * Reads a database URL by libpq's rules (percent-encoding, IPv6, sockets, several hosts), or its keyword/value form.
 * @param source where it was found, for messages.
 * @throws MsgdbError MSGDB_URL_INVALID; no part of the string that could belong to a password is in the message.
 */
export function parseUrl(text: string, source: string): ParsedUrl {
  const url = text.trim();
  if (SCHEME.test(url)) return parseUri(url.replace(SCHEME, ''), source);
  if (/^[a-z_]+\s*=/i.test(url)) return { keywords: parseKeywordValue(text, source), warnings: [] };
  throw notAUrl(url, source);
}

function parseUri(afterScheme: string, source: string): ParsedUrl {
  const { userInfo, rest } = splitUserInfo(afterScheme);
  const { authority, path, query } = splitRest(rest);
  refuseReserved({ userInfo, authority, path, query }, source);
  const parameters = parseQuery(query, source);
  const keywords = {
    ...parseUserInfo(userInfo, source),
    ...parseHosts(authority, source),
    ...(path ? { dbname: decode(path, 'database name', source) } : {}),
    ...parameters.keywords,
  };
  const hash = userInfo?.includes('#')
    ? [`${source} has a "#" in its password; written %23 other programs read it the same way.`]
    : [];
  return { ...parameters, keywords, warnings: [...hash, ...parameters.warnings] };
}

/** libpq looks for the first "@" before the first "/". */
function splitUserInfo(text: string): { readonly userInfo: string | undefined; readonly rest: string } {
  const at = text.indexOf('@');
  const slash = text.indexOf('/');
  if (at < 0 || (slash >= 0 && slash < at)) return { userInfo: undefined, rest: text };
  return { userInfo: text.slice(0, at), rest: text.slice(at + 1) };
}

function splitRest(rest: string): { readonly authority: string; readonly path: string; readonly query: string } {
  const question = rest.indexOf('?');
  const beforeQuery = question < 0 ? rest : rest.slice(0, question);
  const slash = beforeQuery.indexOf('/');
  return {
    authority: slash < 0 ? beforeQuery : beforeQuery.slice(0, slash),
    path: slash < 0 ? '' : beforeQuery.slice(slash + 1),
    query: question < 0 ? '' : rest.slice(question + 1),
  };
}

interface UriParts {
  readonly userInfo: string | undefined;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}

/** A reserved character after the split means that it was cut in the wrong place, inside the password. */
function refuseReserved({ userInfo, authority, path, query }: UriParts, source: string): void {
  if (authority.includes('#')) throw reservedCharacter('#', source);
  if (userInfo !== undefined && authority.includes('@')) throw reservedCharacter('@', source);
  if (path.includes('@')) throw reservedCharacter(userInfo === undefined ? '/' : '@', source);
  if (path.includes('/')) throw reservedCharacter('/', source);
  if (path.includes('#')) throw reservedCharacter('#', source);
  if (userInfo === undefined && authority !== '' && query.includes('@')) throw reservedCharacter('/', source);
}

function parseUserInfo(userInfo: string | undefined, source: string): Keywords {
  if (userInfo === undefined) return {};
  const colon = userInfo.indexOf(':');
  const user = decode(colon < 0 ? userInfo : userInfo.slice(0, colon), 'user name', source);
  const password = colon < 0 ? '' : decode(userInfo.slice(colon + 1), 'password', source);
  return { ...(user ? { user } : {}), ...(password ? { password } : {}) };
}

/** `h1:1,[::1]:2` becomes the lists that libpq's keywords hold: host `h1,::1`, port `1,2`. */
function parseHosts(authority: string, source: string): Keywords {
  if (authority === '') return {};
  const hosts = authority.split(',').map((text) => parseHost(text, source));
  const host = hosts.map((each) => each.host).join(',');
  const port = hosts.map((each) => each.port).join(',');
  return { ...(host ? { host } : {}), ...(port ? { port } : {}) };
}

function parseHost(text: string, source: string): { readonly host: string; readonly port: string } {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(text);
  if (match) return { host: decode(match[1] ?? match[2] ?? '', 'host', source), port: match[3] ?? '' };
  throw urlInvalid(source, {
    why: 'What stands where host and port belong is neither; often the password has an unescaped "/", "?" or "#".',
    fix: 'Percent-encode it (/ as %2F, ? as %3F, # as %23); in .env put the URL in single quotes; IPv6 is [::1]:5432.',
  });
}

function parseQuery(query: string, source: string): ParsedUrl {
  const keywords: Record<string, string> = {};
  const warnings: string[] = [];
  let schema: string | undefined;
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const [name, value] = parsePair(pair, source);
    if (name === 'schema') schema = value || undefined;
    else if (name === 'ssl' && /^(?:true|1|false|0)$/i.test(value)) keywords.sslmode = sslOfJdbc(value);
    else if (!URL_PARAMETERS.has(name)) warnings.push(warnUnknown(name, pair, keywords, source));
    else keywords[name] = value;
  }
  return { keywords, ...(schema === undefined ? {} : { schema }), warnings };
}

/** libpq reads JDBC's ssl=true; the drivers of Node also write ssl=false. */
function sslOfJdbc(value: string): string {
  return /^(?:true|1)$/i.test(value) ? 'require' : 'disable';
}

function parsePair(pair: string, source: string): readonly [name: string, value: string] {
  const equals = pair.indexOf('=');
  if (equals < 0) {
    throw urlInvalid(source, {
      why: 'A parameter after the "?" has no "=value".',
      fix: 'Write every parameter as name=value, separated by "&"; encode "&" and "=" in values as %26 and %3D.',
    });
  }
  return [decode(pair.slice(0, equals), 'parameter name', source), decode(pair.slice(equals + 1), 'parameter', source)];
}

/** An unknown name may be the rest of a password with an unescaped "?" or "&" in it: then nothing of it is shown. */
function warnUnknown(name: string, pair: string, before: Keywords, source: string): string {
  if (pair.includes('@')) throw reservedCharacter('@', source);
  const afterPassword = 'password' in before || 'sslpassword' in before;
  return afterPassword
    ? `${source} has a parameter that is not one of libpq's; it is left out.`
    : unknownParameter(name);
}

function decode(text: string, what: string, source: string): string {
  if (!/%(?:00|(?![0-9a-f]{2}))/i.test(text)) {
    try {
      return decodeURIComponent(text);
    } catch {
      // Bytes that are not UTF-8; the engine's message would show them.
    }
  }
  throw urlInvalid(source, {
    why: `A "%" in the ${what} does not begin the code of a character.`,
    fix: `Write a "%" that belongs to the ${what} as %25.`,
  });
}

function notAUrl(url: string, source: string): Error {
  const sqlAlchemy = /^postgres(?:ql)?\+\w+:/i.test(url);
  const other = /^(jdbc|mysql|mariadb|sqlite|file|mongodb(?:\+srv)?|prisma(?:\+postgres)?|redis|https?):/i.exec(
    url,
  )?.[1];
  const found = sqlAlchemy ? 'a driver name in its scheme' : other ? `the scheme ${other}:` : undefined;
  const quoted = /^["']/.test(url)
    ? 'It starts with a quote; quotes belong to the shell, not to the value.'
    : undefined;
  return urlInvalid(source, {
    why: found ? `It has ${found}.` : (quoted ?? 'It starts with neither postgresql:// nor a keyword such as host=.'),
    fix: 'Write postgresql://user:password@host:5432/database.',
  });
}
