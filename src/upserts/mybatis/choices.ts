import type { XmlElement, XmlNode } from './read-xml.ts';

/** What `<if>` or `<choose>` depends on, and how many ways there are. */
interface Choice {
  readonly key: string;
  readonly ways: number;
}

/** Which way each choice is gone; of one that is not named the first. */
export type Ways = ReadonlyMap<string, number>;

/** More are not judged each by itself: then one choice is changed at a time. */
const MOST_COMBINED = 16;

/** The ways in which the choices that make another ON CONFLICT can be gone. */
export function waysThrough(nodes: readonly XmlNode[]): readonly Ways[] {
  const choices = choicesIn(nodes);
  const combined = choices.reduce((product, { ways }) => product * ways, 1);
  if (combined > MOST_COMBINED) {
    const single = choices.flatMap(({ key, ways }) =>
      Array.from({ length: ways - 1 }, (_, way) => [key, way + 1] as const),
    );
    return [new Map(), ...single.map((each) => new Map([each]))];
  }
  return choices.reduce<readonly Ways[]>(
    (found, { key, ways }) =>
      found.flatMap((each) => Array.from({ length: ways }, (_, way) => new Map([...each, [key, way]]))),
    [new Map()],
  );
}

/** Those that hold the words, or stand between them and DO. */
function choicesIn(nodes: readonly XmlNode[]): readonly Choice[] {
  const found = new Map<string, number>();
  let words = 0;
  let inTarget = false;
  const visit = (node: XmlNode): void => {
    if (node.kind === 'text') {
      const parts = node.text.split(/\bconflict\b/i);
      words += parts.length - 1;
      if (parts.length > 1) inTarget = true;
      if (/\bdo\b/i.test(parts.at(-1) ?? '')) inTarget = false;
      return;
    }
    const before = { words, inTarget };
    for (const child of node.children) visit(child);
    if (isChoice(node) && (before.inTarget || words > before.words)) {
      const { key, ways } = choiceOf(node);
      found.set(key, ways);
    }
  };
  for (const node of nodes) visit(node);
  return Array.from(found, ([key, ways]) => ({ key, ways }));
}

export function isChoice({ name }: XmlElement): boolean {
  return name === 'if' || name === 'choose';
}

/** The nodes that are taken on a way: of `<if>` its own or none, of `<choose>` those of one branch. */
export function taken(node: XmlElement, ways: Ways): readonly XmlNode[] {
  if (node.name === 'choose') return branchesOf(node)[ways.get(chooseKey(node)) ?? 0]?.children ?? [];
  const { key, first } = readTest(node);
  return (ways.get(key) ?? 0) === (first ? 0 : 1) ? node.children : [];
}

function choiceOf(node: XmlElement): Choice {
  if (node.name === 'choose') return { key: chooseKey(node), ways: branchesOf(node).length };
  return { key: readTest(node).key, ways: 2 };
}

function chooseKey({ at }: XmlElement): string {
  return `choose ${at}`;
}

/**
 * What a test asks, and whether it holds on the first way. The same test is answered alike wherever it stands, and its
 * opposite the other way: that a value is there comes first.
 */
function readTest({ attributes }: XmlElement): { readonly key: string; readonly first: boolean } {
  const test = (attributes.get('test') ?? '').replaceAll(/\s+/g, ' ').trim();
  if (/\b(?:and|or)\b|&&|\|\|/.test(test)) return { key: test, first: true };
  const [, asked, operator] = /^(.*?)\s*([!=]=)\s*(?:null|true)$/.exec(test) ?? [];
  if (asked !== undefined) return { key: asked, first: (operator === '!=') === test.endsWith('null') };
  if (test.includes('!=')) return { key: test.replace('!=', '=='), first: true };
  if (test.startsWith('!')) return { key: test.slice(1).trim(), first: false };
  return { key: test, first: !test.includes('==') };
}

/** `<when>` and `<otherwise>`, and nothing where that is missing. */
function branchesOf({ children }: XmlElement): readonly { readonly children: readonly XmlNode[] }[] {
  const written = children.filter((child) => child.kind === 'element');
  return written.some(({ name }) => name === 'otherwise') ? written : [...written, { children: [] }];
}
