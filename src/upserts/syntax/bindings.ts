import { Binding } from './binding.ts';
import { readAppending } from './builders.ts';
import type { Node } from './grammars.ts';
import { lastName } from './last-name.ts';
import { NamedBindings } from './named-bindings.ts';
import { ASSIGNMENTS } from './node-types.ts';

export { functionAround } from './functions.ts';

/** All that is assigned in a file, by the name that it is assigned to. */
export type Bindings = ReadonlyMap<string, NamedBindings>;

/** Gathers each assignment of a file, and each call among `nodes` that appends to a name. */
export function readBindings(root: Node, nodes: readonly Node[]): Bindings {
  const bindings = new Map<string, Binding[]>();
  const add = (binding: Binding): void => {
    const known = bindings.get(binding.name);
    if (known) known.push(binding);
    else bindings.set(binding.name, [binding]);
  };
  for (const node of root.descendantsOfType([...ASSIGNMENTS])) {
    if (!node) continue;
    for (const [target, value] of pairsOf(node)) {
      const name = lastName(target.text);
      if (name !== undefined) add(new Binding(name, value, node));
    }
  }
  for (const node of nodes) {
    const appending = readAppending(node);
    const name = appending && lastName(appending.target.text);
    if (appending && name !== undefined && bindings.has(name)) add(new Binding(name, appending.value, node, appending));
  }
  return new Map(Array.from(bindings, ([name, all]) => [name, new NamedBindings(all)]));
}

/** Go: `var sb strings.Builder` begins with nothing; its type stands for that. */
function emptyBuilder(node: Node, name: Node | null): readonly (readonly [Node, Node])[] {
  const type = node.type === 'var_spec' ? node.childForFieldName('type') : null;
  return name && type ? [[name, type]] : [];
}

function pairsOf(node: Node): readonly (readonly [Node, Node])[] {
  const target = node.childForFieldName('left') ?? node.childForFieldName('name') ?? node.childForFieldName('pattern');
  const first = target ?? node.childForFieldName('property') ?? node.firstNamedChild;
  const second =
    node.childForFieldName('right') ??
    node.childForFieldName('value') ??
    node.childForFieldName('default_value') ??
    (node.namedChildCount > 1 ? node.lastNamedChild : null);
  if (!first || !second || first.id === second.id) return emptyBuilder(node, first);
  if (second.type !== 'expression_list') return [[first, second]];
  // Go: a, b := f(), g()
  const targets = first.type === 'expression_list' ? first.namedChildren : node.childrenForFieldName('name');
  const values = second.namedChildren;
  return targets.flatMap((each, place): readonly (readonly [Node, Node])[] => {
    const value = values[place];
    return each && value ? [[each, value]] : [];
  });
}
