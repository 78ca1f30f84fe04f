import type { KnownLinks } from './known-links.ts';

/** Tables that code may write, by their names without a schema. */
export type Writes = readonly string[] | 'anything';

/**
 * What functions may write, themselves or through others that they call. Anything where the text of one is not known, or
 * it puts SQL together.
 */
export function writesOfFunctions({ functions }: KnownLinks, names: readonly string[]): Writes {
  const written = new Set<string>();
  const seen = new Set<string>();
  for (const open = [...names]; open.length > 0; ) {
    const name = open.pop() ?? '';
    if (seen.has(name)) continue;
    seen.add(name);
    const text = functions.get(name);
    // What a function calls and nobody has written in SQL belongs to an extension: it computes.
    if (text === undefined && names.includes(name)) return 'anything';
    if (text === undefined) continue;
    const writes = writesOfText(text);
    if (writes === 'anything') return writes;
    for (const each of writes) written.add(each);
    open.push(...callsIn(text));
  }
  return [...written];
}

const NAME = String.raw`(?:(?:"[^"]+"|[a-z_][\w$]*)\s*\.\s*)?("[^"]+"|[a-z_][\w$]*)`;
const WRITE = new RegExp(
  String.raw`\b(?:insert\s+into|update|delete\s+from|merge\s+into|copy|(?:alter|drop)\s+table(?:\s+if\s+exists)?)\s+(?:only\s+)?${NAME}`,
  'gi',
);
/** It may name several tables. */
const TRUNCATE = /\btruncate\s+([^;]*)/gi;
/** Statements that are made at the time. */
const OPEN = /\b(?:execute(?!\s+(?:function|procedure|on)\b))\b|\b(?:dblink\w*|query_to_xml\w*|cursor_to_xml\w*)\s*\(/i;

/** What a text of SQL or PL/pgSQL may write. */
export function writesOfText(text: string): Writes {
  const code = withoutComments(text);
  if (OPEN.test(code)) return 'anything';
  const written = [...code.matchAll(WRITE)].map(([, name]) => name ?? '');
  const emptied = [...code.matchAll(TRUNCATE)].flatMap(
    ([, names]) => (names ?? '').match(/"[^"]+"|[a-z_][\w$]*/gi) ?? [],
  );
  return [...new Set([...written, ...emptied].map(plain))];
}

/** Every word before a parenthesis: more than are called, and none fewer. */
export function callsIn(text: string): readonly string[] {
  return [...withoutComments(text).matchAll(/("[^"]+"|[a-z_][\w$]*)\s*\(/gi)].map(([, name]) => plain(name ?? ''));
}

export function withoutComments(text: string): string {
  return text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}

function plain(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase();
}
