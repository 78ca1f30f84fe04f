import { nameIn, type Value } from '../syntax/value.ts';
import type { ApiFile } from './api-upsert.ts';

/** The type of a Go value as far as its file says it: `&User{}`, or a variable that is declared there. */
export function goTypeOf(value: Value | undefined, { text }: ApiFile): string | undefined {
  if (value?.kind === 'record') return lastPart(value.type);
  const name = nameIn(value);
  if (name === undefined || !/^\w+$/.test(name)) return undefined;
  // `user *models.User`, `users []User`, `var user User`, `users := []User{`: all that the file calls so is of one type.
  const declared = new RegExp(`\\b${name}\\s*(?::=\\s*&?|=\\s*&?|\\s)((?:\\[\\]|\\*)*(?:\\w+\\.)?[A-Z]\\w*)\\b`, 'g');
  const types = new Set([...text.matchAll(declared)].map((match) => lastPart(match[1])));
  const [only] = types;
  return types.size === 1 ? only : undefined;
}

/** `models.User` → `User` */
export function lastPart(type: string | undefined): string | undefined {
  return /([A-Za-z_]\w*)$/.exec(type ?? '')?.[1];
}
