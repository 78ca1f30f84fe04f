import type { Node } from './grammars.ts';
import { keyText } from './read-call.ts';
import type { Value } from './value.ts';

type Read = (node: Node | null | undefined) => Value;

const RECORDS: ReadonlySet<string> = new Set([
  'object',
  'dictionary',
  'hash',
  'composite_literal',
  'literal_value',
  'array_creation_expression',
]);

/** Objects, dictionaries, hashes, Go's composite literals and PHP's arrays: records where they have keys. */
export function isRecord(node: Node): boolean {
  return RECORDS.has(node.type);
}

export function readRecord(node: Node, read: Read): Value {
  const body = node.childForFieldName('body') ?? node;
  const children = body.namedChildren.filter((child) => child !== null);
  const keyed = children.some((child) => isKeyed(child));
  const braces = node.type === 'object' || node.type === 'dictionary' || node.type === 'hash';
  const type = node.childForFieldName('type')?.text;
  if (!keyed && !braces && !(children.length === 0 && type !== undefined && !type.startsWith('['))) {
    return { kind: 'list', items: children.map((child) => read(itemOf(child))), at: node.startIndex };
  }
  return {
    kind: 'record',
    type,
    entries: children.flatMap((child) => entryOf(child, read)),
    at: node.startIndex,
    end: node.endIndex,
  };
}

function isKeyed(child: Node): boolean {
  return (
    ['pair', 'keyed_element'].includes(child.type) ||
    (child.type === 'array_element_initializer' && child.namedChildCount === 2)
  );
}

function itemOf(child: Node): Node | null {
  return child.type === 'array_element_initializer' || child.type === 'literal_element' ? child.firstNamedChild : child;
}

function entryOf(child: Node, read: Read): readonly { readonly key: string; readonly value: Value }[] {
  // `{ id }` is short for `{ id: id }`; what is spread into it is not known.
  if (/^shorthand_property/.test(child.type))
    return [{ key: child.text, value: { kind: 'unknown', at: child.startIndex } }];
  if (/spread|splat/.test(child.type)) return [{ key: SPREAD, value: { kind: 'unknown', at: child.startIndex } }];
  if (!isKeyed(child)) return [];
  const key = child.childForFieldName('key') ?? child.firstNamedChild;
  const computed = key?.type === 'computed_property_name' ? SPREAD : keyText(key);
  return [{ key: computed, value: read(child.childForFieldName('value') ?? child.lastNamedChild) }];
}

/** The key of entries whose keys are not written out. */
export const SPREAD = '...';
