import { oncePerTree } from '../syntax/once-per-tree.ts';
import { nameIn, type Value } from '../syntax/value.ts';
import type { ApiFile } from './api-upsert.ts';

/** The type of a Go value as far as its file says it: `&User{}`, or a variable that is declared there. */
export function goTypeOf(value: Value | undefined, { reader }: ApiFile): string | undefined {
  if (value?.kind === 'record') return lastPart(value.type);
  const name = nameIn(value);
  const types = name === undefined ? undefined : typesOf(reader.root).get(name);
  const [only] = types ?? [];
  return types?.size === 1 ? only : undefined;
}

/** `user *models.User`, `users []User`, `var user User`, `users := []User{`: all that the file calls so is of one type. */
const DECLARED = /\b(\w+)(?=\s*(?::=\s*&?|=\s*&?|\s)((?:\[\]|\*)*(?:\w+\.)?[A-Z]\w*)\b)/g;

const typesOf = oncePerTree(({ text }) => {
  const types = new Map<string, Set<string | undefined>>();
  for (const [, name = '', type] of text.matchAll(DECLARED)) {
    const known = types.get(name) ?? new Set();
    types.set(name, known.add(lastPart(type)));
  }
  return types;
});

/** `models.User` → `User` */
export function lastPart(type: string | undefined): string | undefined {
  return /([A-Za-z_]\w*)$/.exec(type ?? '')?.[1];
}
