import { type Dependence, dependenceOf } from './branches.ts';
import type { Appending } from './builders.ts';
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
  /** What stands behind the value: the end of a line. */
  readonly tail: string;
  readonly #node: Node;
  #dependence: Dependence | undefined;

  constructor(name: string, value: Node, node: Node, appending?: Appending) {
    this.name = name;
    this.value = value;
    this.appends = appending !== undefined || isAppending(node);
    this.tail = appending?.endsLine ? '\n' : '';
    this.start = node.startIndex;
    this.end = node.endIndex;
    this.#node = node;
  }

  /** The function it is in; undefined at the top of the file or of a class. */
  get scope(): Scope | undefined {
    return functionAround(this.#node);
  }

  /** The branches and loops of its function that it is in. */
  get dependence(): Dependence {
    this.#dependence ??= dependenceOf(this.#node);
    return this.#dependence;
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
