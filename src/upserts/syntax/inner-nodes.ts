import type { Node } from './grammars.ts';
import { STRINGS } from './node-types.ts';

/** The operand of a wrapper; a type that is written before it does not count. */
export function innerOf(node: Node): Node | null {
  if (node.firstNamedChild?.type.endsWith('type')) return node.lastNamedChild;
  const named = ['value', 'argument', 'operand'].map((field) => node.childForFieldName(field));
  return named.find((each) => each !== null) ?? node.firstNamedChild;
}

/** Functions are written in functions: each is read through for its return as long as it is not longer than this. */
const LONGEST_FUNCTION = 10_000;

/** What a function written in place gives: its expression, or what its first return gives. */
export function resultOf(node: Node): Node | null {
  const body = node.childForFieldName('body') ?? node.lastNamedChild;
  if (!body || !/block|body/.test(body.type)) return body;
  const returns = ['return_statement', 'return'];
  const long = body.endIndex - body.startIndex > LONGEST_FUNCTION;
  const [given] = long
    ? body.namedChildren.filter((child) => returns.includes(child?.type ?? ''))
    : body.descendantsOfType(returns);
  return given?.firstNamedChild ?? (body.namedChildCount === 1 ? body.firstNamedChild : null);
}

/** A string that is a whole statement does nothing in Python: it is there to be read. */
export function documentationIn(root: Node): readonly Node[] {
  if (root.type !== 'module') return [];
  const parts = root.descendantsOfType('expression_statement').flatMap((statement) => statement?.namedChildren ?? []);
  return parts.filter((each) => each !== null).filter(({ type }) => STRINGS.has(type));
}
