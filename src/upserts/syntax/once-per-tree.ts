import type { Node } from './grammars.ts';

/**
 * Makes what is asked of many nodes of one tree once for all of them. A node finds its parent by a walk from the root
 * past all that comes before it, so whoever asks each node for it takes the square of the file's length.
 */
export function oncePerTree<Result>(make: (root: Node) => Result): (node: Node) => Result {
  const made = new WeakMap<Node['tree'], Result>();
  return ({ tree }) => {
    const known = made.get(tree);
    if (known !== undefined) return known;
    const result = make(tree.rootNode);
    made.set(tree, result);
    return result;
  };
}
