import { MsgdbError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import { redactUrl } from '../redact.ts';
import type { NamedTarget } from './target.ts';

/** What says where a target is, in the order in which it is best said. */
const FIELDS = ['url', 'database', 'schema', 'name'] as const;
type Field = (typeof FIELDS)[number];

const WAYS =
  'postgresql://…, NAME postgresql://…, database=NAME, schema=NAME, or a JSON object with url, database, schema, name';

/**
 * Reads a list of targets: one a line; empty lines and those that begin with `#` say nothing.
 * @throws MsgdbError MSGDB_USAGE; no line is quoted: it may hold a password.
 */
export function parseTargets(text: string, source: string): readonly NamedTarget[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, place) => ({ line: line.trim(), from: `${source}:${place + 1}` }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, from }) => (line.startsWith('{') ? parseObject(line, from) : parseWords(line, from)));
}

/**
 * Reads the row of a query, or an object.
 * @throws MsgdbError MSGDB_USAGE
 */
export function parseFields(row: Readonly<Record<string, unknown>>, from: string): NamedTarget {
  const given = Object.entries(row).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const [unknown] = Object.keys(row).filter((field) => !isField(field));
  if (unknown !== undefined) throw unknownField(unknown, from);
  if (given.some(([, value]) => typeof value !== 'string')) {
    throw wrong(from, 'a value is not text.', 'Write url, database, schema and name as text.');
  }
  return decided({ ...Object.fromEntries(given), from });
}

function parseObject(line: string, from: string): NamedTarget {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong(from, 'the line begins with { and is not JSON.', 'Write the whole object in one line.');
  }
  return parseFields(value as Record<string, unknown>, from);
}

/** `tenant_1 postgresql://… schema="odd name"` */
function parseWords(line: string, from: string): NamedTarget {
  const fields: Partial<Record<Field, string>> = {};
  for (const [word] of line.matchAll(/(?:[^\s"]|"(?:[^"]|"")*")+|"/g)) {
    const [field, value] = readWord(word, from);
    if (fields[field] !== undefined) {
      throw wrong(from, `it has two values for ${field}.`, 'Write one target a line.');
    }
    fields[field] = value;
  }
  return decided({ ...fields, from });
}

function readWord(word: string, from: string): readonly [field: Field, value: string] {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return ['url', word];
  const [, field, value] = /^([a-z]+)=(.*)$/s.exec(word) ?? [];
  if (field === undefined || value === undefined) return ['name', unquoted(word)];
  if (isField(field)) return [field, unquoted(value)];
  throw unknownField(field, from);
}

function unquoted(word: string): string {
  return /^".*"$/s.test(word) ? word.slice(1, -1).replaceAll('""', '"') : word;
}

function decided(target: NamedTarget): NamedTarget {
  const { url, database, schema, name, from } = target;
  if (url === undefined && /:.*@/.test(name ?? '')) {
    throw wrong(from, 'its name looks like a URL without a scheme.', 'Begin the URL with postgresql://.');
  }
  if (url !== undefined && database !== undefined) {
    throw wrong(from, `it has a URL (${redactUrl(url)}) and a database.`, 'Write the database into the URL.');
  }
  if (url !== undefined || database !== undefined || schema !== undefined) return target;
  const lone = name === undefined ? '' : ` For a database of the usual server write database=NAME.`;
  throw wrong(from, 'nothing says which database or schema it is.', `Write ${WAYS}.${lone}`);
}

function isField(name: string): name is Field {
  return FIELDS.some((field) => field === name);
}

function unknownField(field: string, from: string): MsgdbError {
  const meant = nearest(field, FIELDS);
  const fix = meant ? `Write ${meant} instead.` : `Write ${WAYS}.`;
  return wrong(from, `"${field}" is none of ${FIELDS.join(', ')}.`, fix);
}

function wrong(from: string, what: string, fix: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${from} names no target: ${what}`,
    why: 'A target is a database, or a schema of one. Nothing was begun.',
    fix,
  });
}
