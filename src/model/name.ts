import { MsgdbError } from './errors.ts';

/** One part of a name as a person wrote it; a quoted part is taken literally. */
export interface NamePart {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * Splits a name at its dots: `public.Chat` → two parts, `"odd.name"` → one literal part (`""` stands for a quote).
 * @throws MsgdbError MSGDB_USAGE when a quote is not closed or a part is empty.
 */
export function parseName(name: string): readonly NamePart[] {
  const parts: NamePart[] = [];
  let rest = name.trim();
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^".]+))(\.|$)/.exec(rest);
    const text = match?.[1]?.replaceAll('""', '"') ?? match?.[2]?.trim();
    if (!match || !text) {
      throw new MsgdbError('MSGDB_USAGE', {
        what: `"${name}" is not a name.`,
        why: 'A name is written as the catalogue has it, with an optional schema; double quotes take it literally.',
        fix: 'Write it like chat_messages, public.Chat or "odd.name".',
      });
    }
    parts.push({ text, quoted: match[1] !== undefined });
    rest = rest.slice(match[0].length);
    if (match[3] === '') return parts;
  }
}

/**
 * Finds what a person's name stands for among the catalogue's own names: exact first, then lower-cased.
 * A quoted part is only ever taken literally.
 */
export function matchName(part: NamePart, candidates: readonly string[]): string | undefined {
  if (candidates.includes(part.text)) return part.text;
  const lowered = part.text.toLowerCase();
  return !part.quoted && candidates.includes(lowered) ? lowered : undefined;
}

/** Cuts a name to a number of bytes of UTF-8 without cutting a character. */
export function truncateBytes(name: string, bytes: number): string {
  let text = name;
  while (Buffer.byteLength(text) > bytes) text = [...text].slice(0, -1).join('');
  return text;
}

/** A name in double quotes, as SQL and flags take it literally. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A name as flags take it: in double quotes where dots, commas or parentheses would mean something. */
export function flagName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) ? name : quoted(name);
}
