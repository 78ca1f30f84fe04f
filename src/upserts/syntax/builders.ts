import type { Node } from './grammars.ts';
import { CALLS } from './node-types.ts';
import { calleeName } from './read-call.ts';

/** Calls that put their argument behind what a builder of strings, or a list, already holds. */
export const APPENDERS: ReadonlySet<string> = new Set([
  'append',
  'Append',
  'AppendLine',
  'AppendFormat',
  'appendLine',
  'push',
  'push_str',
  'write',
  'Write',
  'WriteString',
  'add',
  'Add',
  'Fprintf',
]);

/** What a call appends, and to which name. */
export interface Appending {
  readonly target: Node;
  readonly value: Node;
  /** Does it end the line? */
  readonly endsLine: boolean;
}

/** `sb.append(x)`, `sb.append(x).append(y)`, `parts.push(x)`, `fmt.Fprintf(&sb, x, …)`, Ruby's `q << x` */
export function readAppending(node: Node): Appending | undefined {
  if (node.type === 'binary') return readShift(node);
  if (!CALLS.has(node.type)) return undefined;
  const name = calleeName(node);
  if (!APPENDERS.has(name)) return undefined;
  const given = (node.childForFieldName('arguments')?.namedChildren ?? []).filter((each) => each !== null);
  const [first] = given;
  if (name === 'Fprintf') return first && { target: innermost(first), value: node, endsLine: false };
  const target = receiverOf(node);
  if (!first || !target || (given.length > 1 && name !== 'AppendFormat')) return undefined;
  return { target, value: name === 'AppendFormat' ? node : innermost(first), endsLine: /Line$/.test(name) };
}

/** Is something appended to what another call gives: `new StringBuilder("…").append(x)`? */
export function isChained(call: Node): boolean {
  if (!APPENDERS.has(calleeName(call))) return false;
  const receiver =
    call.childForFieldName('receiver') ??
    call.childForFieldName('object') ??
    call.childForFieldName('function')?.firstNamedChild;
  return receiver !== null && receiver !== undefined && CALLS.has(receiver.type);
}

function readShift(node: Node): Appending | undefined {
  const [target, value] = [node.childForFieldName('left'), node.childForFieldName('right')];
  const isShift = node.childForFieldName('operator')?.text === '<<';
  return isShift && target?.type === 'identifier' && value ? { target, value, endsLine: false } : undefined;
}

/** What a chain of appending calls begins with. */
function receiverOf(call: Node): Node | undefined {
  let each: Node | null = call;
  while (each && CALLS.has(each.type) && APPENDERS.has(calleeName(each))) {
    const callee: Node | null = each.childForFieldName('function');
    each = each.childForFieldName('receiver') ?? each.childForFieldName('object') ?? callee?.firstNamedChild ?? null;
  }
  return each && !CALLS.has(each.type) ? each : undefined;
}

/** C# has a node around each argument, Go and Rust one around a reference. */
function innermost(node: Node): Node {
  return /^(?:argument|unary_expression|reference_expression)$/.test(node.type) ? (node.lastNamedChild ?? node) : node;
}
