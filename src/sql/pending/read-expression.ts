import type { ColumnRef, Node } from 'libpg-query';
import type { ColumnUse, WrittenExpression } from '../../model/pending.ts';
import { isWord, type Source, type Stretch, textOf, wordAt } from './source.ts';

/** Names that stand for the table in front of a column. */
type Owners = readonly string[];

/** An expression, by the words that it is written in and the tree that they are. */
export function readExpression(
  source: Source,
  stretch: Stretch,
  tree: Node | undefined,
  owners: Owners,
): WrittenExpression {
  const text = textOf(source, stretch);
  const base = source.words[stretch.from]?.start ?? 0;
  const uses: ColumnUse[] = [];
  let rowwise = true;
  for (const { kind, node } of nodesIn(tree)) {
    if (kind === 'ColumnRef') {
      const use = readUse(source, node as ColumnRef, owners, base);
      if (use) uses.push(use);
      else rowwise = false;
    } else if (kind === 'SubLink' || kind === 'GroupingFunc' || kind === 'ParamRef' || isAggregate(kind, node)) {
      rowwise = false;
    }
  }
  return { text, uses: uses.toSorted((a, b) => a.start - b.start), rowwise };
}

/** Every node of a tree, with its kind. */
export function* nodesIn(tree: unknown): Generator<{ readonly kind: string; readonly node: object }> {
  if (Array.isArray(tree)) {
    for (const each of tree) yield* nodesIn(each);
  } else if (typeof tree === 'object' && tree !== null) {
    for (const [kind, node] of Object.entries(tree)) {
      if (typeof node === 'object' && node !== null && !Array.isArray(node)) yield { kind, node };
      yield* nodesIn(node);
    }
  }
}

const AGGREGATES = /^(?:count|sum|avg|min|max|array_agg|string_agg|bool_and|bool_or|every|jsonb?_(?:object_)?agg)$/;

function isAggregate(kind: string, node: object): boolean {
  if (kind !== 'FuncCall') return false;
  if ('over' in node || 'agg_filter' in node || 'agg_within_group' in node || 'agg_star' in node) return true;
  const names = 'funcname' in node ? JSON.stringify(node.funcname).match(/"sval":"([^"]*)"(?!.*"sval")/) : null;
  return AGGREGATES.test(names?.[1] ?? '');
}

/** Places are in bytes; what is changed later is a string. */
function readUse(source: Source, ref: ColumnRef, owners: Owners, base: number): ColumnUse | undefined {
  const names = (ref.fields ?? []).map((field) => ('String' in field ? field.String.sval : undefined));
  const column = names.at(-1);
  const owner = names.at(-2);
  if (column === undefined || names.length > 2 || (owner !== undefined && !owners.includes(owner))) return undefined;
  const first = wordAt(source, ref.location);
  const last = names.length === 2 && isWord(source, first + 1, '.') ? first + 2 : first;
  const [from, to] = [source.words[first]?.start ?? 0, source.words[last]?.end ?? 0];
  const length = (until: number): number => source.bytes.toString('utf8', base, until).length;
  return { column, start: length(from), end: length(to) };
}
