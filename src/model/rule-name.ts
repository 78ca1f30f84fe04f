import type { TableName } from './facts.ts';
import { matchName, type NamePart, parseName, quoted } from './name.ts';
import type { KeyPart } from './operations/common.ts';
import { splitKey } from './split-key.ts';

/** A rule by its table and key, as a config file writes it: `Conversation(pageConnectionId, lower(email))`. */
export interface RuleName {
  readonly table: readonly NamePart[];
  /** As they are written. */
  readonly key: readonly string[];
}

/** Undefined where it is not a table with its key in parentheses. */
export function parseRuleName(text: string): RuleName | undefined {
  const [, table, key] = /^((?:"(?:[^"]|"")+"|[^"(])+)\((.+)\)\s*$/s.exec(text.trim()) ?? [];
  if (table === undefined || key === undefined) return undefined;
  const parts = splitKey(key);
  if (parts.some((part) => part === '')) return undefined;
  try {
    const names = parseName(table);
    return names.length <= 2 ? { table: names, key: parts } : undefined;
  } catch {
    return undefined;
  }
}

/** Is it the rule of this table and key? Columns in any order: the same rows are copies. */
export function isNamed({ table, key }: RuleName, of: TableName, parts: readonly KeyPart[], schema: string): boolean {
  const [name, inSchema] = table.toReversed();
  if (!name || matchName(name, [of.name]) === undefined) return false;
  if (inSchema ? matchName(inSchema, [of.schema]) === undefined : of.schema !== schema) return false;
  const open = [...key];
  for (const part of parts) {
    const place = open.findIndex((written) => isPart(written, part));
    if (place === -1) return false;
    open.splice(place, 1);
  }
  return open.length === 0;
}

/** The name that means it, to be written. */
export function nameRule({ schema, name }: TableName, key: readonly KeyPart[], defaultSchema: string): string {
  const table = schema === defaultSchema ? plain(name) : `${plain(schema)}.${plain(name)}`;
  return `${table}(${key.map((part) => (typeof part === 'string' ? plain(part) : part.expression)).join(', ')})`;
}

function isPart(written: string, part: KeyPart): boolean {
  if (typeof part !== 'string') return squeezed(written) === squeezed(part.expression);
  try {
    const [name, more] = parseName(written);
    return name !== undefined && more === undefined && matchName(name, [part]) !== undefined;
  } catch {
    return false;
  }
}

/** How an expression is spaced, and whether parentheses are around it, is nothing to its meaning. */
function squeezed(expression: string): string {
  const text = expression.replaceAll(/\s+/g, '').toLowerCase();
  return text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text;
}

function plain(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) ? name : quoted(name);
}
