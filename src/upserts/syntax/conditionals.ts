import type { Node } from './grammars.ts';

const TERNARIES: ReadonlySet<string> = new Set([
  'ternary_expression',
  'conditional_expression',
  'conditional',
  'if_expression',
]);

/** What conditions make of one text: so many are judged. */
const MOST_WAYS = 16;

/** Which branch is taken of the conditions that were met, by what they ask. */
export type Ways = ReadonlyMap<string, number>;

/** Goes one way through the conditional expressions of a text, and notes which there are. */
export class Conditionals {
  readonly #ways: Ways;
  readonly #met = new Map<string, { readonly way: number; readonly node: Node; readonly branches: number }>();

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  /** The branch of a conditional expression; null where it comes to nothing, undefined where the node is none. */
  take(node: Node): Node | null | undefined {
    const conditional = readConditional(node);
    if (!conditional) return undefined;
    const { key, branches } = conditional;
    const way = this.#ways.get(key) ?? 0;
    this.#met.set(key, { way, node, branches: branches.length });
    return branches[way] ?? null;
  }

  /** How many conditions the text depends on. */
  get count(): number {
    return this.#met.size;
  }

  get nodes(): readonly Node[] {
    return Array.from(this.#met.values(), ({ node }) => node);
  }

  /** The ways that part from this one where it met a condition for the first time. */
  others(): readonly Ways[] {
    const taken: [string, number][] = [...this.#ways];
    return Array.from(this.#met).flatMap(([key, { way, branches }]) => {
      if (this.#ways.has(key)) return [];
      const before = [...taken];
      taken.push([key, way]);
      return Array.from({ length: branches }, (_, other) => other)
        .filter((other) => other !== way)
        .map((other) => new Map([...before, [key, other]]));
    });
  }
}

/** Every way through the conditions that `go` meets, each once, as far as they are followed. */
export function* eachWay<Result>(
  go: (conditionals: Conditionals) => Result,
): Generator<readonly [Result, Conditionals]> {
  const waiting: Ways[] = [new Map()];
  for (let count = 0; count < MOST_WAYS; count += 1) {
    const ways = waiting.shift();
    if (!ways) return;
    const conditionals = new Conditionals(ways);
    yield [go(conditionals), conditionals];
    waiting.push(...conditionals.others());
  }
}

interface Conditional {
  readonly key: string;
  readonly branches: readonly (Node | null)[];
}

function readConditional(node: Node): Conditional | undefined {
  if (node.type === 'binary_expression' && node.childForFieldName('operator')?.text === '&&') {
    return { key: keyOf(node.childForFieldName('left')), branches: [node.childForFieldName('right'), null] };
  }
  if (!TERNARIES.has(node.type)) return undefined;
  const condition = node.childForFieldName('condition');
  if (!condition) {
    // Python: a if c else b
    const [first, asked, second] = node.namedChildren;
    return { key: keyOf(asked), branches: [first ?? null, second ?? null] };
  }
  const first = node.childForFieldName('consequence') ?? node.childForFieldName('body') ?? condition;
  const second = node.childForFieldName('alternative');
  return { key: keyOf(condition), branches: [first, second].map(withinBlock) };
}

/** The same question is answered alike wherever it stands. */
function keyOf(condition: Node | null | undefined): string {
  return condition ? condition.text.slice(0, 500) : '';
}

/** Rust: what a block of one expression gives. */
function withinBlock(node: Node | null): Node | null {
  let each = node;
  while (each && /^(?:block|else_clause)$/.test(each.type))
    each = each.namedChildCount === 1 ? each.firstNamedChild : null;
  return each;
}
