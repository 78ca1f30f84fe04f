import { BIND_HOLE, TEXT_HOLE } from '../sql/scan-sql.ts';
import type { FoundText } from '../syntax/reader.ts';
import { joinPieces, type Piece } from '../syntax/value.ts';
import { isChoice, taken, type Ways, waysThrough } from './choices.ts';
import type { XmlElement, XmlNode } from './read-xml.ts';
import { trimPieces } from './trim-pieces.ts';

/** The SQL that a statement of a mapper comes to, once for each way that makes another upsert of it. */
export function* renderVariants(nodes: readonly XmlNode[]): Generator<FoundText> {
  const seen = new Set<string>();
  for (const [variant, ways] of waysThrough(nodes).entries()) {
    const rendering: Rendering = { ways, loose: false };
    const pieces = renderAll(nodes, rendering);
    const text = joinPieces(pieces);
    if (seen.has(text)) continue;
    seen.add(text);
    yield { pieces, scope: -1, loose: rendering.loose, variant };
  }
}

interface Rendering {
  readonly ways: Ways;
  /** Has something been left out, or put in once, that another run has otherwise? */
  loose: boolean;
}

function renderAll(nodes: readonly XmlNode[], rendering: Rendering): readonly Piece[] {
  return nodes.flatMap((node) => (node.kind === 'text' ? textOf(node) : renderElement(node, rendering)));
}

function renderElement(node: XmlElement, rendering: Rendering): readonly Piece[] {
  const { attributes, children, at } = node;
  if (isChoice(node)) {
    rendering.loose = true;
    return renderAll(taken(node, rendering.ways), rendering);
  }
  switch (node.name) {
    case 'bind':
    case 'property':
    case 'selectKey':
      return [];
    case 'include':
      return [{ text: TEXT_HOLE, at }];
    case 'where':
      return trimPieces(renderAll(children, rendering), { prefix: 'where', before: ['and ', 'or '], at });
    case 'set':
      return trimPieces(renderAll(children, rendering), { prefix: 'set', before: [','], after: [','], at });
    case 'trim':
      return trimPieces(renderAll(children, rendering), {
        prefix: attributes.get('prefix'),
        suffix: attributes.get('suffix'),
        before: attributes.get('prefixOverrides')?.split('|'),
        after: attributes.get('suffixOverrides')?.split('|'),
        at,
      });
    case 'foreach':
      return renderList(node, rendering);
    default:
      return renderAll(children, rendering);
  }
}

/** As for a list of one. */
function renderList({ attributes, children, at }: XmlElement, rendering: Rendering): readonly Piece[] {
  const pieces = renderAll(children, rendering);
  // Rows may be as many as there are; of columns and values there are as many as the table has.
  if (!/^\s*\(.*\)\s*$/s.test(joinPieces(pieces))) rendering.loose = true;
  return trimPieces(pieces, { prefix: attributes.get('open'), suffix: attributes.get('close'), at });
}

/** `#{…}` is bound, `${…}` is put into the text. */
function textOf({ text, at }: Piece): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: whole } of text.matchAll(/[$#]\{[^{}]{0,500}\}/g)) {
    pieces.push({ text: text.slice(from, index), at: at + from });
    pieces.push({ text: whole.startsWith('#') ? BIND_HOLE : TEXT_HOLE, at: at + index });
    from = index + whole.length;
  }
  pieces.push({ text: text.slice(from), at: at + from });
  return pieces.filter((piece) => piece.text !== '');
}
