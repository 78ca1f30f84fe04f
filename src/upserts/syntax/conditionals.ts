import { readQuestion } from './branches.ts';
import type { Node } from './grammars.ts';

const TERNARIES: ReadonlySet<string> = new Set([
  'ternary_expression',
  'conditional_expression',
  'conditional',
  'if_expression',
]);

/** Rust's and PHP's `match`, C#'s `switch` that gives a value. */
const MATCHES: ReadonlySet<string> = new Set(['match_expression', 'switch_expression']);
const ARM = /^(?:match_arm|switch_expression_arm|match_conditional_expression|match_default_expression)$/;

/** How many texts that conditions make of one are judged. */
const MOST_WAYS = 16;

/** Which branch is taken of the conditions that were met, by what they ask. */
export type Ways = ReadonlyMap<string, number>;

/** Goes one way through the conditional expressions of a text, and notes which there are. */
export class Conditionals {
  readonly #ways: Ways;
  readonly #met = new Map<string, { readonly way: number; readonly branches: number }>();
  readonly #nodes = new Map<number, Node>();
  #repeats = false;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  /**
   * The branch of a conditional expression; null where it comes to nothing, undefined where the node is not a
   * conditional.
   */
  take(node: Node): Node | null | undefined {
    const conditional = readConditional(node);
    if (!conditional) return undefined;
    const { key, branches } = conditional;
    return branches[this.choose({ key, count: branches.length }, node)] ?? null;
  }

  /** The way that is gone where something is asked; `node` depends on it. */
  choose({ key, count }: { readonly key: string; readonly count: number }, node?: Node): number {
    const way = this.#ways.get(key) ?? 0;
    this.#met.set(key, { way, branches: count });
    if (node) this.#nodes.set(node.id, node);
    return way;
  }

  /** Notes that a loop puts in a part of the text. */
  repeat(): void {
    this.#repeats = true;
  }

  /** Are parts of it left out or repeated, so that it is not one statement that runs? */
  get isLoose(): boolean {
    return this.#repeats || this.count > 1;
  }

  /** How many conditions the text depends on. */
  get count(): number {
    return this.#met.size;
  }

  get nodes(): readonly Node[] {
    return [...this.#nodes.values()];
  }

  /** The ways that part from this one where it met a condition for the first time. */
  *others(): Generator<Ways> {
    const taken = new Map(this.#ways);
    for (const [key, { way, branches }] of this.#met) {
      if (this.#ways.has(key)) continue;
      for (let other = 0; other < branches; other += 1) if (other !== way) yield new Map(taken).set(key, other);
      taken.set(key, way);
    }
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
    for (const other of conditionals.others()) {
      if (count + waiting.length + 1 >= MOST_WAYS) break;
      waiting.push(other);
    }
  }
}

interface Conditional {
  readonly key: string;
  readonly branches: readonly (Node | null)[];
}

function readConditional(node: Node): Conditional | undefined {
  if (node.type === 'binary_expression' && node.childForFieldName('operator')?.text === '&&') {
    return asked(node.childForFieldName('left'), [node.childForFieldName('right'), null]);
  }
  if (MATCHES.has(node.type)) return readMatch(node);
  if (!TERNARIES.has(node.type)) return undefined;
  const condition = node.childForFieldName('condition');
  if (!condition) {
    // Python: a if c else b
    const [first, question, second] = node.namedChildren;
    return asked(question, [first ?? null, second ?? null]);
  }
  const first = node.childForFieldName('consequence') ?? node.childForFieldName('body') ?? condition;
  const second = node.childForFieldName('alternative');
  return asked(condition, [withinBlock(first), withinBlock(second)]);
}

/** The values of the arms; undefined where an arm is no expression. */
function readMatch(node: Node): Conditional | undefined {
  const body = node.childForFieldName('body') ?? node;
  const arms = body.namedChildren.filter((each) => each !== null).filter(({ type }) => ARM.test(type));
  if (arms.length === 0) return undefined;
  const branches = arms.map((arm) => withinBlock(arm.childForFieldName('value') ?? arm.lastNamedChild));
  return { key: `switch ${node.startIndex}`, branches };
}

/** The same question is answered alike wherever it stands. */
function asked(condition: Node | null | undefined, [first, second]: readonly [Node | null, Node | null]): Conditional {
  const { key, isNegated } = readQuestion(condition);
  return { key, branches: isNegated ? [second, first] : [first, second] };
}

/** Rust: what a block of one expression gives. */
function withinBlock(node: Node | null): Node | null {
  let each = node;
  while (each && /^(?:block|else_clause)$/.test(each.type))
    each = each.namedChildCount === 1 ? each.firstNamedChild : null;
  return each;
}
