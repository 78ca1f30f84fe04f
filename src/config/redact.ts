import { LIBPQ_KEYWORDS, URL_PARAMETERS } from './keywords.ts';

const STARS = '***';

/** Below this length a password is only redacted where a password stands; else it would blot out every other word. */
const SHORTEST_ANYWHERE = 4;

// A password that is not encoded or quoted may hold anything: it ends where the next setting begins, or nowhere.
const NEXT_PARAMETER = `(?=&(?:${[...URL_PARAMETERS].join('|')})=|$)`;
const NEXT_KEYWORD = `(?=\\s+(?:${[...LIBPQ_KEYWORDS].join('|')})\\s*=|\\s*$)`;
const PASSWORD_PARAMETER = new RegExp(`([?&](?:password|sslpassword|passphrase)=).*?${NEXT_PARAMETER}`, 'gis');
const PASSWORD_KEYWORD = new RegExp(
  `(\\b(?:password|sslpassword)\\s*=\\s*)(?:'(?:\\\\.|[^'\\\\])*'${NEXT_KEYWORD}|.*?${NEXT_KEYWORD})`,
  'gis',
);

/**
 * A connection string fit to be shown: its password is replaced by three stars. The string need not be valid; when it
 * is doubtful where the password ends, too much is hidden rather than too little.
 */
export function redactUrl(url: string): string {
  const scheme = /^\s*[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  if (scheme === undefined) return url.replaceAll(PASSWORD_KEYWORD, `$1${STARS}`);
  const rest = url.slice(scheme.length).replaceAll(PASSWORD_PARAMETER, `$1${STARS}`);
  return scheme + redactUserInfo(rest);
}

function redactUserInfo(rest: string): string {
  const at = rest.lastIndexOf('@');
  const colon = rest.indexOf(':');
  if (at >= 0) return colon >= 0 && colon < at ? `${rest.slice(0, colon + 1)}${STARS}${rest.slice(at)}` : rest;
  // Without an "@", a port that is no number is a password that was cut off.
  return rest.replace(/^([^/?[\],:]*:)(?!\d*(?:[,/?]|$)).*$/s, `$1${STARS}`);
}

/** A text, from wherever, in which every URL has lost its password. */
export function redactUrls(text: string): string {
  return text.replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, (url) => redactUrl(url));
}

/**
 * A text without the secrets: every occurrence, as it is, percent-encoded in whole or in part, or escaped as in JSON,
 * becomes three stars. An empty secret is ignored; one of up to three characters is only replaced where a password
 * stands (`:secret@`, `password=secret`).
 */
export function redactSecrets(text: string, secrets: Iterable<string>): string {
  const patterns = [...new Set(secrets)]
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length)
    .map(occurrence);
  return patterns.length === 0 ? text : text.replaceAll(new RegExp(patterns.join('|'), 'gu'), STARS);
}

function occurrence(secret: string): string {
  const pattern = Array.from(secret, spellings).join('');
  if (Array.from(secret).length >= SHORTEST_ANYWHERE) return pattern;
  return `(?<=://[^\\s:@/]*:)${pattern}(?=@)|(?<=[Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd]["' ]*[=:]["' ]*)${pattern}(?![\\w])`;
}

/** Every way one character is written: raw, percent-encoded in either case, escaped in a JSON string. */
function spellings(character: string): string {
  const raw = character.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  const encoded = [...new TextEncoder().encode(character)].map(percentEncoded).join('');
  const escaped = character === '"' || character === '\\' ? `\\\\${raw}|` : '';
  return `(?:${escaped}${raw}|${encoded}${character === ' ' ? '|\\+' : ''})`;
}

function percentEncoded(byte: number): string {
  const digits = Array.from(byte.toString(16).padStart(2, '0'), (digit) =>
    /[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit,
  );
  return `%${digits.join('')}`;
}
