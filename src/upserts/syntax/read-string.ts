import { BIND_HOLE, TEXT_HOLE } from '../sql/scan-sql.ts';
import type { Node } from './grammars.ts';
import { STRING_CONTENT, STRING_EDGES, STRINGS } from './node-types.ts';
import { oncePerTree } from './once-per-tree.ts';
import type { Piece } from './value.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': ' ', '\n': '\n' };

/** Gives the pieces of what stands in an interpolation; undefined where it is not known. */
export type Resolve = (expression: Node, way: 'text' | 'bound') => readonly Piece[] | undefined;

/**
 * The pieces of a string literal: content as it is, escapes decoded, interpolations resolved or holes. In a tagged
 * template (`sql`…``) an interpolation is bound as a parameter.
 */
export function readString(node: Node, resolve: Resolve): readonly Piece[] {
  switch (node.type) {
    case 'concatenated_string':
    case 'chained_string':
      return node.namedChildren.flatMap((child) =>
        child && STRINGS.has(child.type) ? readString(child, resolve) : [],
      );
    case 'heredoc_beginning':
      return readParts(heredocBody(node) ?? node, resolve, TEXT_HOLE);
    case 'verbatim_string_literal':
      return withSingleQuotes({ text: node.text.replace(/^@"|"(?:u8)?$/gi, ''), at: node.startIndex + 2 });
    case 'interpolated_string_expression':
      return verbatim(node, readParts(node, resolve, TEXT_HOLE));
    case 'template_string':
      return readParts(node, resolve, isTagged(node) ? BIND_HOLE : TEXT_HOLE);
    default:
      return readParts(node, resolve, TEXT_HOLE);
  }
}

/** C# writes a quote in `$@"…"` twice. */
function verbatim(node: Node, pieces: readonly Piece[]): readonly Piece[] {
  if (!/^(?:\$@|@\$)/.test(node.text)) return pieces;
  return pieces.flatMap(withSingleQuotes);
}

/** One quote for two, and what follows it in its own place. */
function withSingleQuotes({ text, at }: Piece): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index } of text.matchAll(/""/g)) {
    pieces.push({ text: text.slice(from, index + 1), at: at + from });
    from = index + 2;
  }
  return [...pieces, { text: text.slice(from), at: at + from }].filter((piece) => piece.text !== '');
}

function isTagged(node: Node): boolean {
  return taggedIn(node).has(node.id);
}

/** The string of a tagged template, where the node is one. */
export function templateOf(node: Node): Node | undefined {
  const given = node.type === 'call_expression' ? node.childForFieldName('arguments') : null;
  return given?.type === 'template_string' ? given : undefined;
}

const taggedIn = oncePerTree((root): ReadonlySet<number> => {
  const calls = root.descendantsOfType('call_expression');
  const given = calls.map((call) => call?.childForFieldName('arguments'));
  return new Set(given.flatMap((node) => (node?.type === 'template_string' ? [node.id] : [])));
});

function readParts(node: Node, resolve: Resolve, hole: string): readonly Piece[] {
  if (node.namedChildCount === 0) return bareContent(node);
  return node.namedChildren.flatMap((child): readonly Piece[] => {
    if (!child || STRING_EDGES.has(child.type)) return [];
    if (child.type === 'escape_sequence' || child.type === 'escape_interpolation') return [decoded(child)];
    if (STRING_CONTENT.has(child.type)) {
      return child.namedChildCount === 0
        ? [{ text: child.text, at: child.startIndex }]
        : readContent(child, resolve, hole);
    }
    const inner = expressionIn(child);
    return resolve(inner, hole === TEXT_HOLE ? 'text' : 'bound') ?? [{ text: hole, at: child.startIndex }];
  });
}

/** What is put in, without the braces that C# has for nodes. */
function expressionIn(hole: Node): Node {
  const inner = hole.namedChildren.filter((each) => each !== null).filter(({ type }) => type !== 'interpolation_brace');
  return (inner.length === 1 && hole.type !== 'variable_name' ? inner[0] : undefined) ?? hole;
}

/** Content in which escapes or interpolations are children, and the text between them is no node. */
function readContent(node: Node, resolve: Resolve, hole: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = node.startIndex;
  const textUpTo = (end: number): void => {
    if (end > at) pieces.push({ text: node.text.slice(at - node.startIndex, end - node.startIndex), at });
  };
  for (const child of node.namedChildren) {
    if (!child || STRING_CONTENT.has(child.type)) continue;
    textUpTo(child.startIndex);
    if (child.type.startsWith('escape')) pieces.push(decoded(child));
    else pieces.push(...(resolve(child, 'text') ?? [{ text: hole, at: child.startIndex }]));
    at = child.endIndex;
  }
  textUpTo(node.endIndex);
  return pieces;
}

/** Grammars that give a literal without parts: what is between the quotes. */
function bareContent(node: Node): readonly Piece[] {
  if (STRING_CONTENT.has(node.type)) return [{ text: node.text, at: node.startIndex }];
  const opening = /^[A-Za-z@$]*#*("""|'''|["'`])/.exec(node.text)?.[0] ?? '';
  const closing = opening.replace(/^[A-Za-z@$]*/, '').length;
  const text = node.text.slice(opening.length, Math.max(opening.length, node.text.length - closing));
  return text === '' ? [] : [{ text, at: node.startIndex + opening.length }];
}

function decoded(node: Node): Piece {
  const text = node.text;
  // A line that continues (Rust, JavaScript): the break is no part of the string.
  if (/^\\\r?\n/.test(text)) return { text: ' ', at: node.startIndex };
  if (text === '{{' || text === '}}') return { text: text.slice(1), at: node.startIndex };
  const [, escaped = ''] = /^\\(.)/s.exec(text) ?? [];
  return { text: ESCAPES[escaped] ?? (/[xuU]/.test(escaped) ? ' ' : escaped || text), at: node.startIndex };
}

/** A heredoc's body follows the line on which it is begun; several on one line have theirs in order. */
function heredocBody(beginning: Node): Node | undefined {
  return heredocsIn(beginning).get(beginning.id);
}

const heredocsIn = oncePerTree((root): ReadonlyMap<number, Node> => {
  const bodies = root.descendantsOfType('heredoc_body');
  const beginnings = root.descendantsOfType('heredoc_beginning');
  return new Map(
    beginnings.flatMap((beginning, place): readonly (readonly [number, Node])[] => {
      const body = bodies[place];
      return beginning && body ? [[beginning.id, body]] : [];
    }),
  );
});
