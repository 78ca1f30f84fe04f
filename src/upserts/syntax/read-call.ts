import type { Node } from './grammars.ts';
import { lastName } from './last-name.ts';
import { MEMBERS } from './node-types.ts';
import type { CallValue, Value } from './value.ts';

/** A call of any language: what is called, on what, with which arguments. */
export function readCall(node: Node, read: (node: Node | null | undefined) => Value): CallValue {
  const callee = node.childForFieldName('function') ?? node.childForFieldName('constructor');
  const receiver =
    node.childForFieldName('receiver') ??
    node.childForFieldName('object') ??
    node.childForFieldName('scope') ??
    (callee && MEMBERS.has(callee.type) ? callee.firstNamedChild : null);
  const given = argumentsOf(node);
  return {
    kind: 'call',
    name: calleeName(node),
    receiver: receiver ? read(receiver) : undefined,
    arguments: given.filter((each) => nameOfArgument(each) === undefined).map(read),
    named: new Map(
      given.flatMap((each): readonly [string, Value][] => {
        const name = nameOfArgument(each);
        return name === undefined ? [] : [[name, read(each.childForFieldName('value') ?? each.lastNamedChild)]];
      }),
    ),
    nameAt: calleeNode(node)?.startIndex ?? node.startIndex,
    at: node.startIndex,
    end: node.endIndex,
  };
}

/** Python's `a == b` as the call of `==` on `a`: libraries make SQL of it. */
export function readComparison(node: Node, read: (node: Node | null | undefined) => Value): Value {
  const at = node.startIndex;
  const operator = node.childForFieldName('operators');
  if (!operator || node.namedChildCount !== 2) return { kind: 'unknown', at };
  return {
    kind: 'call',
    name: operator.text,
    receiver: read(node.firstNamedChild),
    arguments: [read(node.lastNamedChild)],
    named: new Map(),
    nameAt: operator.startIndex,
    at,
    end: node.endIndex,
  };
}

/** The name of a method and its type arguments are not longer; what calls of calls call is as long as they are. */
const LONGEST_CALLEE = 1_000;

/** The last part of what a call node calls, without reading anything else of it. */
export function calleeName(node: Node): string {
  const callee = calleeNode(node);
  if (!callee || callee.endIndex - callee.startIndex > LONGEST_CALLEE) return '';
  return lastName(callee.text.replace(/<.*$/s, '')) ?? '';
}

function calleeNode(node: Node): Node | null {
  const callee =
    node.childForFieldName('function') ??
    node.childForFieldName('method') ??
    node.childForFieldName('name') ??
    node.childForFieldName('constructor') ??
    node.childForFieldName('macro') ??
    node.childForFieldName('type');
  return callee && MEMBERS.has(callee.type) ? callee.lastNamedChild : callee;
}

function argumentsOf(node: Node): readonly Node[] {
  const holder =
    node.childForFieldName('arguments') ?? node.namedChildren.find((child) => child?.type === 'token_tree') ?? null;
  if (!holder) return [];
  // A tagged template is its only argument.
  if (holder.type === 'template_string') return [holder];
  return holder.namedChildren.filter((child) => child !== null && child.type !== 'comment') as readonly Node[];
}

function nameOfArgument(node: Node): string | undefined {
  if (node.type === 'keyword_argument') return node.childForFieldName('name')?.text;
  if (node.type === 'pair') return keyText(node.childForFieldName('key'));
  return node.type === 'argument' ? node.childForFieldName('name')?.text : undefined;
}

/** A key as written: `a`, `"a"`, `:a`, `a:`. */
export function keyText(node: Node | null): string {
  return (node?.text ?? '').replace(/^:|:$/g, '').replaceAll(/^["'`]|["'`]$/g, '');
}
