import type { Deadline } from '../deadline.ts';
import type { Piece } from '../syntax/value.ts';

export interface XmlElement {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
  readonly at: number;
}

export type XmlNode = XmlElement | ({ readonly kind: 'text' } & Piece);

/** An opening, closing or empty tag. */
const TAG = /<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]{0,5000}"|'[^']{0,5000}'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** What is no tag and has an end of its own; only in the first is the text between a part of the content. */
const MARKED = [
  ['<![CDATA[', ']]>'],
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The depth of elements in elements. */
const DEEPEST = 100;

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlNode[];
  readonly at: number;
}

/**
 * The elements and texts of an XML document, also of one that is not well-formed: no entity but the five of XML and no
 * DTD is read. Each text has its place in the source.
 * @throws OutOfTime
 */
export function readXml(xml: string, deadline: Deadline): readonly XmlNode[] {
  const root: Open = { name: '', attributes: new Map(), children: [], at: 0 };
  const open: Open[] = [root];
  const top = (): Open => open.at(-1) ?? root;
  const close = (): void => {
    const element: XmlElement = { kind: 'element', ...(open.pop() ?? root) };
    top().children.push(element);
  };
  for (let at = 0; at < xml.length; ) {
    deadline.check();
    const next = xml.indexOf('<', at);
    if (next !== at) top().children.push(...decoded(xml.slice(at, next < 0 ? xml.length : next), at));
    if (next < 0) break;
    const [begin, end] = MARKED.find(([mark]) => xml.startsWith(mark, next)) ?? [];
    if (begin !== undefined) {
      const from = next + begin.length;
      const upTo = xml.indexOf(end, from);
      if (upTo < 0) break;
      if (begin === '<![CDATA[' && upTo > from) {
        top().children.push({ kind: 'text', text: xml.slice(from, upTo), at: from });
      }
      at = upTo + end.length;
      continue;
    }
    TAG.lastIndex = next;
    const tag = TAG.exec(xml);
    at = tag ? TAG.lastIndex : next + 1;
    // A `<` that begins no tag is one that somebody forgot to write as `&lt;`, or the DOCTYPE.
    if (!tag) top().children.push({ kind: 'text', text: '<', at: next });
    else if (tag[1] === '') {
      open.push({ name: tag[2] ?? '', attributes: attributesIn(tag[3] ?? ''), children: [], at: next });
      if (tag[4] !== '' || open.length > DEEPEST) close();
    } else if (open.some(({ name }) => name === tag[2])) {
      while (top().name !== tag[2]) close();
      close();
    }
  }
  while (open.length > 1) close();
  return root.children;
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(text.matchAll(ATTRIBUTE), ([, name = '', double, single]) => [name, double ?? single ?? '']),
  );
}

/** Text with its entities, each of which is a piece of its own. */
function decoded(text: string, start: number): readonly XmlNode[] {
  const nodes: XmlNode[] = [];
  let from = 0;
  const upTo = (end: number): void => {
    if (end > from) nodes.push({ kind: 'text', text: text.slice(from, end), at: start + from });
  };
  for (const { index, 0: whole, 1: name = '' } of text.matchAll(/&(lt|gt|amp|quot|apos);/g)) {
    upTo(index);
    nodes.push({ kind: 'text', text: ENTITIES[name] ?? ' ', at: start + index });
    from = index + whole.length;
  }
  upTo(text.length);
  return nodes;
}
