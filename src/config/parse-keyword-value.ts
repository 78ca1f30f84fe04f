import { nearest } from '../model/nearest.ts';
import type { Keywords } from './keywords.ts';
import { LIBPQ_KEYWORDS } from './keywords.ts';
import { urlInvalid } from './url-invalid.ts';

/** One `keyword = value`, the value bare or in single quotes, with backslash escapes in both. */
const PAIR = /^\s*([A-Za-z_]+)\s*=\s*(?:'((?:\\.|[^'\\])*)'|(?!')((?:\\.|[^\s\\])*(?:\\$)?))(?=\s|$)/su;

/**
 * Reads libpq's keyword/value string, such as `host=db dbname=shop password='it\'s'`.
 * @throws MsgdbError MSGDB_URL_INVALID, which shows nothing of the string: any word of it may be part of a password.
 */
export function parseKeywordValue(text: string, source: string): Keywords {
  const keywords: Record<string, string> = {};
  let rest = text;
  while (rest.trim() !== '') {
    const match = PAIR.exec(rest);
    const name = match?.[1];
    if (!match || name === undefined) throw unreadable(source);
    if (!LIBPQ_KEYWORDS.has(name)) throw unknownKeyword(name, source);
    keywords[name] = withoutBackslashes(match[2] ?? match[3] ?? '');
    rest = rest.slice(match[0].length);
  }
  return keywords;
}

function withoutBackslashes(value: string): string {
  return value.replaceAll(/\\(.?)/gsu, '$1');
}

function unreadable(source: string): Error {
  return urlInvalid(source, {
    why: 'It is read as keyword=value pairs, and something in it is not one; often a value has an unquoted space.',
    fix: "Put values with spaces or quotes in single quotes, with \\' and \\\\ inside: password='two words'.",
  });
}

function unknownKeyword(name: string, source: string): Error {
  const near = nearest(name, LIBPQ_KEYWORDS);
  return urlInvalid(source, {
    why: 'It is read as keyword=value pairs, and one of its keywords is not one that libpq knows.',
    fix: near ? `Write "${near}".` : 'Use the keywords host, port, dbname, user, password, sslmode.',
  });
}
