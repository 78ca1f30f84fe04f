import type { Node } from './grammars.ts';
import { FUNCTIONS } from './node-types.ts';
import { oncePerTree } from './once-per-tree.ts';
import { type Range, type Scope, Scopes } from './scopes.ts';

/** The function a node is in; undefined at the top of the file or of a class. */
export function functionAround(node: Node): Scope | undefined {
  return functionsOf(node).around(rangeOf(node));
}

/** The function that an offset is in. */
export function functionAt(root: Node, at: number): Scope | undefined {
  return functionsOf(root).around({ start: at, end: at });
}

/** What comes before a function's body is not longer than this. */
const LONGEST_HEAD = 2_000;

/** Is the name a parameter of a function around the place? Then its value is what a caller gives. */
export function isParameter(
  name: string,
  at: number,
  { root, text }: { readonly root: Node; readonly text: string },
): boolean {
  if (!/^\w+$/.test(name)) return false;
  const parameter = new RegExp(`(?:^|[(,|]\\s*|\\basync\\s+)(?:mut\\s+)?${name}\\s*(?:[:,)|?]|=[^=]|$)`);
  for (let scope = functionAt(root, at); scope; scope = scope.outer) {
    const head = text.slice(scope.start, Math.min(scope.end, scope.start + LONGEST_HEAD));
    if (parameter.test(/^.*?(?=\{|=>|:\s*\n|\bend\b)/s.exec(head)?.[0] ?? head)) return true;
  }
  return false;
}

/** The innermost block or function a node is in, or the whole file. */
export function blockAround(node: Node): Range {
  return blocksOf(node).around(rangeOf(node)) ?? rangeOf(node.tree.rootNode);
}

const functionsOf = oncePerTree((root) => new Scopes(root, [...FUNCTIONS]));

const blocksOf = oncePerTree((root) => new Scopes(root, [...FUNCTIONS, ...root.tree.language.types.filter(isBlock)]));

function isBlock(type: string): boolean {
  return /block|body|suite|statement_list|then|else|case/.test(type);
}

function rangeOf({ startIndex, endIndex }: Node): Range {
  return { start: startIndex, end: endIndex };
}
