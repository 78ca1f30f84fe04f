import type { Deadline } from '../deadline.ts';
import type { FoundText } from '../syntax/reader.ts';
import { expandIncludes, type Fragments } from './expand-includes.ts';
import { readXml, type XmlElement, type XmlNode } from './read-xml.ts';
import { renderVariants } from './render-variants.ts';

const STATEMENTS: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'select', 'sql']);

/** Is it a mapper of MyBatis, by how the file begins? */
export function isMapper(beginning: string): boolean {
  return /<mapper\s/.test(beginning);
}

/**
 * The statements of a mapper of MyBatis, and its fragments: once for each way in which `<if>` and `<choose>` make another
 * upsert of it.
 * @throws OutOfTime
 */
export function* readMapper(xml: string, deadline: Deadline): Generator<FoundText> {
  const elements = elementsIn(readXml(xml, deadline), deadline);
  const fragments: Fragments = new Map(
    elements.filter(({ name }) => name === 'sql').map((element) => [element.attributes.get('id') ?? '', element]),
  );
  for (const element of elements.filter(({ name }) => STATEMENTS.has(name))) {
    deadline.check();
    yield* renderVariants(expandIncludes(element.children, fragments));
  }
}

function elementsIn(nodes: readonly XmlNode[], deadline: Deadline): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const waiting = [...nodes].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    deadline.check();
    if (node.kind === 'text') continue;
    found.push(node);
    // A statement is in no other.
    if (!STATEMENTS.has(node.name)) for (const child of node.children.toReversed()) waiting.push(child);
  }
  return found;
}
