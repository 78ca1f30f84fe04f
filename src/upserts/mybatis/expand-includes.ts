import type { XmlElement, XmlNode } from './read-xml.ts';

/** The `<sql>` elements of a mapper by their id. */
export type Fragments = ReadonlyMap<string, XmlElement>;

/** The depth of fragments in fragments, which may lead in a circle. */
const DEEPEST = 8;
/** Fragments that include each other twice double with each. */
const MOST_NODES = 20_000;

/**
 * The nodes with each `<include refid="…"/>` as what it stands for, and its properties in the place of `${…}`. A
 * fragment of another mapper stays as it is.
 */
export function expandIncludes(nodes: readonly XmlNode[], fragments: Fragments): readonly XmlNode[] {
  const left = { nodes: MOST_NODES };
  return expand(nodes, { fragments, properties: new Map(), depth: 0, left });
}

interface Expansion {
  readonly fragments: Fragments;
  readonly properties: ReadonlyMap<string, string>;
  readonly depth: number;
  readonly left: { nodes: number };
}

function expand(nodes: readonly XmlNode[], expansion: Expansion): readonly XmlNode[] {
  return nodes.flatMap((node): readonly XmlNode[] => {
    expansion.left.nodes -= 1;
    if (expansion.left.nodes < 0) return [];
    if (node.kind === 'text') return withProperties(node, expansion.properties);
    const fragment = node.name === 'include' ? fragmentOf(node, expansion) : undefined;
    if (!fragment || expansion.depth >= DEEPEST) return [{ ...node, children: expand(node.children, expansion) }];
    const given = node.children.flatMap((child) => (child.kind === 'element' ? [child.attributes] : []));
    const own = given.map((each) => [each.get('name') ?? '', each.get('value') ?? ''] as const);
    return expand(fragment.children, {
      ...expansion,
      properties: new Map([...expansion.properties, ...own]),
      depth: expansion.depth + 1,
    });
  });
}

function fragmentOf(node: XmlElement, { fragments, properties }: Expansion): XmlElement | undefined {
  const written = node.attributes.get('refid') ?? '';
  const id = written.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => properties.get(name) ?? whole);
  return fragments.get(id);
}

function withProperties(
  node: Extract<XmlNode, { kind: 'text' }>,
  properties: ReadonlyMap<string, string>,
): readonly XmlNode[] {
  if (properties.size === 0) return [node];
  const parts: XmlNode[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: name = '' } of node.text.matchAll(/\$\{(\w+)\}/g)) {
    const value = properties.get(name);
    if (value === undefined) continue;
    parts.push({ kind: 'text', text: node.text.slice(from, index), at: node.at + from });
    parts.push({ kind: 'text', text: value, at: node.at + index });
    from = index + whole.length;
  }
  return [...parts, { kind: 'text', text: node.text.slice(from), at: node.at + from }];
}
