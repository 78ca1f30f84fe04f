import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { choicesOf, namesAt } from './option-schema.ts';

type Issue = z.core.$ZodIssue;

/** Something that was declared with options, and what was wrong with them. */
export interface Refused {
  readonly schema: z.ZodType;
  readonly given: unknown;
  readonly issues: readonly Issue[];
  /** What an option is called: `option`, `setting`. */
  readonly word: string;
  /** Options whose values are not shown: they may hold a password. */
  readonly secret?: readonly string[];
}

/** What is wrong, each with the option, what was given, what is possible and the nearest spelling. */
export function describeProblems(refused: Refused): readonly string[] {
  return refused.issues.flatMap((issue) => describe(refused, issue, []));
}

function describe(refused: Refused, issue: Issue, outer: readonly PropertyKey[]): readonly string[] {
  const path = [...outer, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => describeUnknown(refused, path, key));
  const inner = issue.code === 'invalid_union' ? meantAlternative(issue.errors) : undefined;
  if (inner) return inner.flatMap((each) => describe(refused, each, path));
  const name = path.map(String).join('.');
  return [name === '' ? sayOf(refused, issue, path) : `${name}: ${sayOf(refused, issue, path)}`];
}

function describeUnknown({ schema, word }: Refused, path: readonly PropertyKey[], key: string): string {
  const names = namesAt(schema, path);
  const near = nearest(key, names);
  const of = path.length === 0 ? '' : ` of ${path.map(String).join('.')}`;
  const possible = path.length === 0 || names.length === 0 ? '' : ` (possible: ${names.join(', ')})`;
  return `"${key}" is not ${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}${of}${near ? ` (did you mean "${near}"?)` : possible}`;
}

/** The alternative that was begun: for an object with wrong properties it is not said that it could be a text. */
function meantAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return alternatives.find((issues) => issues.length > 0 && !issues.some((issue) => isOfWhole(issue)));
}

function isOfWhole({ path, code }: Issue): boolean {
  return path.length === 0 && code !== 'unrecognized_keys';
}

function sayOf({ schema, given, secret = [] }: Refused, issue: Issue, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>((part, name) => (part as Record<PropertyKey, unknown>)?.[name], given);
  const shown = value === '' || secret.includes(String(path[0])) ? 'it' : show(value);
  const choices = choicesOf(schema, path);
  const near = typeof value === 'string' ? nearest(value, choices.values) : undefined;
  const hint = near && near !== value ? ` (did you mean "${near}"?)` : '';
  if (isOwn(issue.message)) {
    const own = /^(?:it )?(?=is )/.exec(issue.message)?.[0];
    return own === undefined ? issue.message : `${shown} ${issue.message.slice(own.length)}${hint}`;
  }
  if (value === undefined) return `it is missing; give ${choices.words}`;
  if (issue.code === 'too_small')
    return value === '' || !String(value).trim() ? 'it is empty' : `${shown} is too little`;
  if (issue.code === 'too_big') return `${shown} is too much`;
  return `${shown} is not ${choices.words}${hint || asList(value, choices.words)}`;
}

/** A list of one is often written as its only part. */
function asList(value: unknown, words: string): string {
  return words.startsWith('a list') && (typeof value === 'string' || typeof value === 'number')
    ? `; write [${JSON.stringify(value)}]`
    : '';
}

/** Whether a schema has words of its own for it; what the library says by itself is for programmers. */
function isOwn(message: string): boolean {
  return !/^(?:Invalid |Too (?:small|big)|Unrecognized |Expected )/.test(message);
}

const LONGEST_SHOWN = 60;

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  if (value instanceof Promise) return 'a promise that nothing waits for';
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
