import { Binding } from './binding.ts';
import type { Node } from './grammars.ts';
import { NamedBindings } from './named-bindings.ts';
import { ASSIGNMENTS } from './node-types.ts';

export { functionAround } from './functions.ts';

/** All that is assigned in a file, by the name that it is assigned to. */
export type Bindings = ReadonlyMap<string, NamedBindings>;

/** Gathers each assignment of a file, in the order in which they are written. */
export function readBindings(root: Node): Bindings {
  const bindings = new Map<string, Binding[]>();
  for (const node of root.descendantsOfType([...ASSIGNMENTS])) {
    if (!node) continue;
    for (const [target, value] of pairsOf(node)) {
      const name = lastName(target.text);
      if (name === undefined) continue;
      const binding = new Binding(name, value, node);
      const known = bindings.get(name);
      if (known) known.push(binding);
      else bindings.set(name, [binding]);
    }
  }
  return new Map(Array.from(bindings, ([name, all]) => [name, new NamedBindings(all)]));
}

/** `this.query`, `self.query`, `$this->query`, `Queries::UPSERT`: the last part is what is looked up. */
export function lastName(text: string): string | undefined {
  return /^(?:[\w$]+(?:\.|::|->))*[#@$]*([A-Za-z_]\w*[!?]?)$/.exec(text)?.[1];
}

function pairsOf(node: Node): readonly (readonly [Node, Node])[] {
  const target = node.childForFieldName('left') ?? node.childForFieldName('name') ?? node.childForFieldName('pattern');
  const first = target ?? node.childForFieldName('property') ?? node.firstNamedChild;
  const second =
    node.childForFieldName('right') ??
    node.childForFieldName('value') ??
    node.childForFieldName('default_value') ??
    (node.namedChildCount > 1 ? node.lastNamedChild : null);
  if (!first || !second || first.id === second.id) return [];
  if (second.type !== 'expression_list') return [[first, second]];
  // Go: a, b := f(), g()
  const targets = first.type === 'expression_list' ? first.namedChildren : node.childrenForFieldName('name');
  const values = second.namedChildren;
  return targets.flatMap((each, place): readonly (readonly [Node, Node])[] => {
    const value = values[place];
    return each && value ? [[each, value]] : [];
  });
}
