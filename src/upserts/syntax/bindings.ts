import type { Node } from './grammars.ts';
import { ASSIGNMENTS, FUNCTIONS } from './node-types.ts';

/** One place where a name is given a value. Where it is in the tree is looked at when somebody asks: that takes time. */
export class Binding {
  readonly name: string;
  readonly value: Node;
  /** Is the value put behind the one before (`+=`)? */
  readonly appends: boolean;
  readonly start: number;
  readonly end: number;
  readonly #node: Node;
  #scope: { readonly range: Range | undefined } | undefined;

  constructor(name: string, value: Node, node: Node) {
    this.name = name;
    this.value = value;
    this.appends = isAppending(node);
    this.start = node.startIndex;
    this.end = node.endIndex;
    this.#node = node;
  }

  /** The function it is in; undefined at the top of the file or of a class. */
  get scope(): Range | undefined {
    this.#scope ??= { range: functionAround(this.#node) };
    return this.#scope.range;
  }

  /** The innermost block it is in: what comes after that may see another value. */
  get block(): Range {
    return blockAround(this.#node);
  }
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The names of a file, with all that is assigned to them in order. */
export type Bindings = ReadonlyMap<string, readonly Binding[]>;

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
  return bindings;
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
  return targets.flatMap((each, place): readonly (readonly [Node, Node])[] => {
    const value = second.namedChild(place);
    return each && value ? [[each, value]] : [];
  });
}

function isAppending(node: Node): boolean {
  const operator = node.childForFieldName('operator')?.text ?? '=';
  return ['+=', '.=', '<<='].includes(operator);
}

/** The function a node is in; undefined at the top of the file or of a class. */
export function functionAround(node: Node): Range | undefined {
  for (let each = node.parent; each; each = each.parent) {
    if (FUNCTIONS.has(each.type)) return { start: each.startIndex, end: each.endIndex };
  }
  return undefined;
}

function blockAround(node: Node): Range {
  let outermost = node;
  for (let each = node.parent; each; each = each.parent) {
    if (/block|body|suite|statement_list|then|else|case/.test(each.type) || FUNCTIONS.has(each.type)) {
      return { start: each.startIndex, end: each.endIndex };
    }
    outermost = each;
  }
  return { start: outermost.startIndex, end: outermost.endIndex };
}
