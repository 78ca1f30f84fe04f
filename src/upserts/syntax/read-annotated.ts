import type { Node } from './grammars.ts';
import { readFormat } from './read-format.ts';
import type { Value } from './value.ts';

/** Java: the values of an annotation. */
export const ANNOTATED = 'element_value_array_initializer';

const STATEMENTS: ReadonlySet<string> = new Set(['Insert', 'Update', 'Delete', 'Select']);

/** `@Insert({"insert into …", "on conflict …"})`: MyBatis joins the strings with spaces. */
export function readAnnotated(node: Node, read: (node: Node | null) => Value): Value {
  const at = node.startIndex;
  const items = node.namedChildren.map(read);
  if (!STATEMENTS.has(annotationAround(node))) return { kind: 'list', items, at };
  const list: Value = { kind: 'list', items, at };
  return readFormat({ name: 'join', receiver: list, arguments: [] }) ?? list;
}

function annotationAround(node: Node): string {
  const list = node.parent?.type === 'element_value_pair' ? node.parent.parent : node.parent;
  return list?.parent?.childForFieldName('name')?.text.replace(/^.*\./, '') ?? '';
}
