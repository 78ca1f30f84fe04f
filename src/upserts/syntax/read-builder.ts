import { APPENDERS } from './builders.ts';
import { piecesOrHole } from './fold-history.ts';
import type { Node } from './grammars.ts';
import type { CallValue, Piece, Value } from './value.ts';

/** What makes a builder of strings: empty, with a capacity, or with what it begins with. */
const BUILDERS: ReadonlySet<string> = new Set(['StringBuilder', 'StringBuffer', 'StringIO', 'String', 'QueryBuilder']);
const LISTS: ReadonlySet<string> = new Set(['ArrayList', 'List', 'Vec']);
/** Calls that give the text that they are called on. */
const SAME: ReadonlySet<string> = new Set([
  'toString',
  'ToString',
  'String',
  'to_string',
  'to_owned',
  'into',
  'as_str',
  'getvalue',
  'clone',
]);
/** Calls that take something off the end of a text: a separator that the last of several rows has left. */
const CUTS: ReadonlySet<string> = new Set([
  'slice',
  'substring',
  'substr',
  'Substring',
  'Remove',
  'TrimSuffix',
  'TrimRight',
  'trimEnd',
  'TrimEnd',
  'rstrip',
  'removesuffix',
  'trim_end_matches',
  'rtrim',
  'chomp',
  'chop',
]);

/** What a call of a builder of strings gives; undefined where the call is another one. */
export function readBuilder(call: CallValue): Value | undefined {
  const { name, receiver, at, arguments: given } = call;
  const made = readMade(call);
  if (made) return made;
  if (receiver?.kind === 'text') {
    if (APPENDERS.has(name)) {
      const end = /Line$/.test(name) ? [{ text: '\n', at }] : [];
      return { ...receiver, pieces: [...receiver.pieces, ...given.slice(0, 1).flatMap(piecesOrHole), ...end] };
    }
    if (SAME.has(name) && given.length === 0) return receiver;
  }
  // Go: parts = append(parts, "…")
  const [first, ...rest] = given;
  if (name === 'append' && !receiver && first?.kind === 'list') return { ...first, items: [...first.items, ...rest] };
  const whole = receiver?.kind === 'text' ? receiver : first;
  return CUTS.has(name) && whole?.kind === 'text' && cutsEnd(call) ? withoutEnd(whole) : undefined;
}

/** Python's `q[:-1]` and Go's `q[:len(q)-1]`; a variable of Go whose type is a builder, which begins with nothing. */
export function readUnnamed(node: Node, read: (node: Node | null) => Value): Value | undefined {
  const { type, startIndex: at } = node;
  if (/^(?:subscript|slice_expression)$/.test(type) && /:[^:[\]]*-\s*\d+\s*\]$/.test(node.text))
    return withoutEnd(read(node.firstNamedChild));
  const isEmpty = type === 'qualified_type' && /^(?:strings\.Builder|bytes\.Buffer)$/.test(node.text);
  return isEmpty ? { kind: 'text', pieces: [], at } : undefined;
}

/** A text without the separator at its end. */
function withoutEnd(value: Value): Value {
  if (value.kind !== 'text') return value;
  const pieces: Piece[] = [...value.pieces];
  for (let last = pieces.pop(); last; last = pieces.pop()) {
    const text = last.text.replace(/[\s,;]+$/, '');
    if (text !== '') return { ...value, pieces: [...pieces, { ...last, text }] };
  }
  return { ...value, pieces: [] };
}

function readMade({ name, receiver, arguments: given, at }: CallValue): Value | undefined {
  const type = receiver?.kind === 'name' ? receiver.name : undefined;
  const made = ['new', 'from', 'with_capacity'].includes(name) ? type : receiver ? undefined : name;
  if (made === undefined) return undefined;
  if (LISTS.has(made)) return given.length === 0 ? { kind: 'list', items: [], at } : undefined;
  if (!BUILDERS.has(made)) return undefined;
  const [first] = given;
  if (first?.kind === 'text') return first;
  return !first || first.kind === 'literal' ? { kind: 'text', pieces: [], at } : undefined;
}

/** `slice(0, -1)`, `Remove(q.Length - 2)`, `TrimSuffix(q, ",")` */
function cutsEnd({ name, arguments: given }: CallValue): boolean {
  if (!/^(?:slice|subst|Subst|Remove)/.test(name)) return true;
  const [from, upTo] = given;
  if (name === 'Remove') return from !== undefined && from.kind !== 'literal';
  const isStart = from?.kind === 'literal' && from.text === '0';
  return isStart && upTo !== undefined && (upTo.kind !== 'literal' || upTo.text.startsWith('-'));
}
