import type { Node } from './grammars.ts';
import { CONCATENATIONS } from './node-types.ts';

/** The concatenations that a concatenation continues with. */
export function joinedIn(node: Node): readonly Node[] {
  if (!joins(node)) return [];
  return [leftOf(node), node.childForFieldName('right')].filter((operand) => operand !== null).filter(joins);
}

/** Does it put texts together? */
export function joins(node: Node): boolean {
  return CONCATENATIONS.has(node.type) && ['+', '.', '<<'].includes(operatorOf(node));
}

/** `a + b + c` nests to the left, as deep as it is long. */
export function operandsOf(node: Node): readonly (Node | null)[] {
  const operands: (Node | null)[] = [];
  let each: Node | null = node;
  while (each && joins(each)) {
    operands.push(each.childForFieldName('right') ?? each.lastNamedChild);
    each = leftOf(each);
  }
  return [each, ...operands.reverse()];
}

/** The operator of a binary expression, as it is written. */
export function operatorOf(node: Node): string {
  return node.childForFieldName('operator')?.text ?? node.child(1)?.text ?? '';
}

/** The left operand of a binary expression. */
export function leftOf(node: Node): Node | null {
  return node.childForFieldName('left') ?? node.firstNamedChild;
}
