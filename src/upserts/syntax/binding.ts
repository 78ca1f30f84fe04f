import { blockAround, functionAround } from './functions.ts';
import type { Node } from './grammars.ts';
import type { Range, Scope } from './scopes.ts';

/** One place where a name is given a value. */
export class Binding implements Range {
  readonly name: string;
  readonly value: Node;
  /** Is the value put behind the one before (`+=`)? */
  readonly appends: boolean;
  readonly start: number;
  readonly end: number;
  readonly #node: Node;

  constructor(name: string, value: Node, node: Node) {
    this.name = name;
    this.value = value;
    this.appends = isAppending(node);
    this.start = node.startIndex;
    this.end = node.endIndex;
    this.#node = node;
  }

  /** The function it is in; undefined at the top of the file or of a class. */
  get scope(): Scope | undefined {
    return functionAround(this.#node);
  }

  /** The innermost block it is in: what comes after that may see another value. */
  get block(): Range {
    return blockAround(this.#node);
  }
}

function isAppending(node: Node): boolean {
  const operator = node.childForFieldName('operator')?.text ?? '=';
  return ['+=', '.=', '<<='].includes(operator);
}
