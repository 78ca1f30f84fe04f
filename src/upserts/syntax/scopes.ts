import { countUpTo } from '../count-up-to.ts';
import type { Node } from './grammars.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A part of the source that lies in others of its kind. */
export interface Scope extends Range {
  readonly outer: Scope | undefined;
}

/** Scopes of one kind (functions, blocks) that lie in one another, and which is the innermost around a place. */
export class Scopes {
  /** Where a scope begins or ends, in order. */
  readonly #boundaries: readonly number[];
  /** The innermost scope from each boundary on. */
  readonly #innermost: readonly (Scope | undefined)[];

  constructor(root: Node, types: readonly string[]) {
    const boundaries: number[] = [];
    const innermost: (Scope | undefined)[] = [];
    let open: Scope | undefined;
    const closeUpTo = (at: number): void => {
      for (; open && open.end <= at; open = open.outer) {
        boundaries.push(open.end);
        innermost.push(open.outer);
      }
    };
    // They come in the order of their starts, outer ones first.
    for (const node of root.descendantsOfType([...types])) {
      if (!node) continue;
      closeUpTo(node.startIndex);
      open = { start: node.startIndex, end: node.endIndex, outer: open };
      boundaries.push(open.start);
      innermost.push(open);
    }
    closeUpTo(Number.POSITIVE_INFINITY);
    this.#boundaries = boundaries;
    this.#innermost = innermost;
  }

  /** The innermost scope that begins at or before the start and does not end before the end. */
  around({ start, end }: Range): Scope | undefined {
    let scope = this.#innermost[countUpTo(this.#boundaries, start) - 1];
    while (scope && scope.end < end) scope = scope.outer;
    return scope;
  }
}
