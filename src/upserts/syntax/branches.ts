import type { Node } from './grammars.ts';
import { FUNCTIONS } from './node-types.ts';
import type { Range } from './scopes.ts';

/** One way that a program may go at an `if`, a `switch` or a `catch`. */
export interface Branch {
  /** What is asked: the same question is answered alike wherever it stands. */
  readonly key: string;
  readonly index: number;
  /** How many ways there are, the one that does nothing among them. */
  readonly count: number;
  readonly range: Range;
  /** The whole statement with all its branches. */
  readonly statement: Range;
  /** Does it leave the function or the round of a loop, so that nothing after the statement follows it? */
  readonly exits: boolean;
}

/** What a statement depends on within its function. */
export interface Dependence {
  /** From the outermost on. */
  readonly branches: readonly Branch[];
  /** Loops around it: how often they run is not known. */
  readonly loops: readonly Range[];
}

const IFS: ReadonlySet<string> = new Set([
  'if_statement',
  'if_expression',
  'if',
  'elsif',
  'unless',
  'if_modifier',
  'unless_modifier',
]);
const CASES: ReadonlySet<string> = new Set([
  'switch_case',
  'switch_default',
  'expression_case',
  'default_case',
  'match_arm',
  'case_clause',
  'when',
  'else',
  'switch_section',
  'switch_block_statement_group',
  'switch_rule',
  'case_statement',
  'default_statement',
]);
const CATCHES: ReadonlySet<string> = new Set(['catch_clause', 'except_clause', 'rescue']);
const LOOP = /^(?:for|while|until|do|foreach|enhanced_for|loop)(?:_\w+)?$/;

/** The branches and loops that a node is in, up to its function. */
export function dependenceOf(node: Node): Dependence {
  const branches: Branch[] = [];
  const loops: Range[] = [];
  let inner = node;
  for (let each = node.parent; each && !FUNCTIONS.has(each.type); each = each.parent) {
    const branch = readBranch(each, inner);
    if (branch) branches.unshift(branch);
    else if (LOOP.test(each.type) && each.type !== 'do_block') loops.push(rangeOf(each));
    inner = each;
  }
  return { branches, loops };
}

function readBranch(around: Node, inner: Node): Branch | undefined {
  if (IFS.has(around.type)) return readIf(around, inner);
  if (CATCHES.has(around.type)) {
    return branchOf(inner, { key: `catch ${around.startIndex}`, index: 1, count: 2, statement: around });
  }
  const statement = around.parent;
  if (!statement || !CASES.has(around.type) || (around.type === 'else' && statement.type !== 'case')) return undefined;
  const cases = statement.namedChildren.filter((each) => each !== null).filter(({ type }) => CASES.has(type));
  const isWhole = cases.some(({ type, text }) => type === 'match_arm' || /^(?:default|else|_|case\s+_)\b/.test(text));
  return branchOf(around, {
    key: `switch ${statement.startIndex}`,
    index: cases.findIndex(({ id }) => id === around.id),
    count: cases.length + (isWhole ? 0 : 1),
    statement,
  });
}

function readIf(statement: Node, inner: Node): Branch | undefined {
  const first = statement.childForFieldName('consequence') ?? statement.childForFieldName('body');
  const others = statement.childrenForFieldName('alternative').filter((each) => each !== null);
  const index = [first, ...others].findIndex((each) => each?.id === inner.id);
  if (index < 0) return undefined;
  const isWhole = others.length > 0 && !/^(?:elif|else_if)_clause$/.test(others.at(-1)?.type ?? '');
  const count = 1 + others.length + (isWhole ? 0 : 1);
  const { key, isNegated } = readQuestion(statement.childForFieldName('condition'));
  const turned = isNegated !== statement.type.startsWith('unless');
  return count === 2
    ? branchOf(inner, { key, index: turned ? 1 - index : index, count, statement })
    : branchOf(inner, { key: `${key} ${statement.startIndex}`, index, count, statement });
}

/** What a condition asks, without the sign that turns it round. */
export function readQuestion(condition: Pick<Node, 'text'> | null | undefined): {
  readonly key: string;
  readonly isNegated: boolean;
} {
  const text = (condition?.text ?? '').slice(0, 500);
  const bare = /^\(([^()]*)\)$/.exec(text)?.[1] ?? text;
  const [, negated] = /^(?:!|not )\s*([\w.$@>()-]+)$/.exec(bare) ?? [];
  return { key: negated ?? bare, isNegated: negated !== undefined };
}

function branchOf(
  node: Node,
  { statement, ...others }: Pick<Branch, 'key' | 'index' | 'count'> & { readonly statement: Node },
): Branch {
  return { ...others, range: rangeOf(node), statement: rangeOf(statement), exits: exits(node) };
}

function exits(branch: Node): boolean {
  let last: Node | null = branch;
  while (
    last &&
    /^(?:block|else_clause|elif_clause|else_if_clause|statement_block|compound_statement|then|else)$/.test(last.type)
  )
    last = last.lastNamedChild;
  if (!last) return false;
  if (CASES.has(last.type)) last = last.lastNamedChild;
  return /^(?:return|throw|raise|panic|continue|next)\b/.test(last?.text.slice(0, 20) ?? '');
}

function rangeOf({ startIndex, endIndex }: Node): Range {
  return { start: startIndex, end: endIndex };
}
