import { showName } from '../../sql/show-name.ts';
import { BIND_HOLE } from '../sql/scan-sql.ts';
import { textOf, type Value } from '../syntax/value.ts';

/** SQL that a library makes of a condition. It is somebody's text until PostgreSQL's parser has read it. */
export interface Predicate {
  readonly sql: string;
  /** The names in it that are attributes of a class: the table may spell them otherwise. */
  readonly attributes: readonly string[];
}

/** A condition that is written as SQL; undefined where a part is put in while the program runs. */
export function writtenPredicate(value: Value | undefined): Predicate | undefined {
  const sql = textOf(value);
  return sql === undefined ? undefined : { sql, attributes: [] };
}

/** A column by the name that a class has for it; undefined where that is not written out. */
export function attribute(name: string | undefined): Predicate | undefined {
  return name === undefined ? undefined : { sql: showName(name), attributes: [name] };
}

/** A value that travels beside the statement. */
export const BOUND: Predicate = { sql: BIND_HOLE, attributes: [] };

/** The parts with spaces between them; undefined where one is. */
export function phrase(...parts: readonly (Predicate | string | undefined)[]): Predicate | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  return {
    sql: known.map((part) => (typeof part === 'string' ? part : part.sql)).join(' '),
    attributes: known.flatMap((part) => (typeof part === 'string' ? [] : part.attributes)),
  };
}

/** `(a) and (b)` */
export function joinPredicates(parts: readonly (Predicate | undefined)[], word: 'and' | 'or'): Predicate | undefined {
  if (parts.length === 0) return undefined;
  return phrase(...parts.flatMap((part, place) => [...(place > 0 ? [word] : []), '(', part, ')']));
}

/** A truth value or null as SQL has it; undefined for anything else. */
export function constantSql(value: Value | undefined): string | undefined {
  if (isNull(value)) return 'null';
  const text = value?.kind === 'literal' ? value.text.toLowerCase() : '';
  return text === 'true' || text === 'false' ? text : undefined;
}

/** Is it what the language writes for NULL? */
export function isNull(value: Value | undefined): boolean {
  return value?.kind === 'literal' && /^(?:null|nil|none|undefined)$/i.test(value.text);
}
