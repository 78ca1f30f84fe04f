import type { Node } from './grammars.ts';
import type { Value } from './value.ts';

/** What points to a value is the value, `-1` is a number; `!` and the like make something else of it. */
export function readSigned(node: Node, operand: Value): Value {
  const at = node.startIndex;
  const sign = node.child(0)?.text;
  if (sign === '&' || sign === '*') return operand;
  // Ruby: +'…' is a string that may be changed.
  if (sign === '+' && operand.kind === 'text') return operand;
  if (sign === '-' && operand.kind === 'literal' && /^\d/.test(operand.text)) {
    return { kind: 'literal', text: `-${operand.text}`, at };
  }
  return { kind: 'unknown', at };
}
