import { TEXT_HOLE } from '../sql/scan-sql.ts';
import { piecesOrHole } from './fold-history.ts';
import { type CallValue, joinPieces, LONGEST_TEXT, lengthOf, type Piece, type Value } from './value.ts';

/** Calls whose result is a string of their arguments. */
export const FORMATS: ReadonlySet<string> = new Set([
  'Sprintf',
  'sprintf',
  'format',
  'Format',
  'formatted',
  'join',
  'Join',
  'concat',
  'trim',
  'strip',
  'stripIndent',
  'trimIndent',
  'dedent',
  'Suffix',
  'Fprintf',
  'AppendFormat',
]);

/** Calls that wrap a name or a piece of SQL without changing it: psycopg's sql.Identifier, quoteIdent, SQLAlchemy's text. */
const WRAPPERS = new Set(['Identifier', 'SQL', 'text', 'raw', 'quoteIdent', 'quoteIdentifier', 'QuoteIdentifier']);

/** The places of arguments: `%s`, `%[1]v`, `%(name)s`, `{}`, `{0}`, `{name}`. */
const PLACE = /%(?:\[(\d+)\])?(?:\((\w+)\))?[svqd]|\{(\w*)(?:[^\w{}][^{}]*)?\}/g;

/** What a formatting call gives; undefined where the call is another one. An argument that is not known is a hole. */
export function readFormat(
  call: Pick<CallValue, 'name' | 'receiver' | 'arguments'> & Partial<Pick<CallValue, 'named' | 'at'>>,
): Value | undefined {
  const { name, receiver } = call;
  const [first, ...rest] = call.arguments;
  if (WRAPPERS.has(name)) return first?.kind === 'text' && rest.length === 0 ? first : undefined;
  if (name !== '%' && !FORMATS.has(name)) return undefined;
  if (name === 'Suffix') return suffixed(receiver, first);
  if (name === 'join' || name === 'Join') return joined(call);
  if (name === 'AppendFormat') return first?.kind === 'text' ? filled(first, rest, undefined) : undefined;
  if (name === 'Fprintf') return rest[0]?.kind === 'text' ? filled(rest[0], rest.slice(1), undefined) : undefined;
  if (receiver?.kind === 'text') {
    if (name === 'concat') return textFrom([receiver, ...call.arguments]);
    if (/trim|strip/i.test(name)) return receiver;
    const given = name === '%' && first?.kind === 'list' ? first.items : call.arguments;
    return filled(receiver, given, call.named);
  }
  if (first?.kind === 'text')
    return name === 'concat' ? textFrom(call.arguments) : name === 'dedent' ? first : filled(first, rest, call.named);
  return undefined;
}

type Text = Extract<Value, { kind: 'text' }>;

function textFrom(values: readonly Value[]): Text {
  return { kind: 'text', pieces: values.flatMap(piecesOrHole), at: values[0]?.at ?? 0 };
}

/** Go's squirrel: `Insert("t").Columns(…).Suffix("ON CONFLICT …")`. */
function suffixed(receiver: Value | undefined, suffix: Value | undefined): Text | undefined {
  let each = receiver;
  while (each?.kind === 'call' && each.name !== 'Insert') each = each.receiver;
  const table = each?.kind === 'call' ? each.arguments[0] : undefined;
  if (!each || !table || suffix?.kind !== 'text') return undefined;
  const insert = { text: 'INSERT INTO ', at: each.at };
  const pieces = [insert, ...piecesOrHole(table), { text: ` ${TEXT_HOLE} `, at: suffix.at }, ...suffix.pieces];
  return { kind: 'text', pieces, at: suffix.at };
}

function joined({ receiver, arguments: [first, second] }: Pick<CallValue, 'receiver' | 'arguments'>): Text | undefined {
  const list = [receiver, first].find((value) => value?.kind === 'list');
  const between = [receiver, first, second].find((value) => value?.kind === 'text');
  if (list?.kind !== 'list' || !list.items.some((item) => item.kind === 'text')) return undefined;
  const separator = between?.kind === 'text' ? joinPieces(between.pieces) : ' ';
  if (separator.length * list.items.length > LONGEST_TEXT) return undefined;
  const pieces = list.items.flatMap((item, place) => [
    ...(place > 0 ? [{ text: separator, at: item.at }] : []),
    ...piecesOrHole(item),
  ]);
  return { kind: 'text', pieces, at: list.at };
}

/** Puts arguments that are known into their places. The others stay: `%s` may be a driver's parameter as well. */
function filled(format: Text, given: readonly Value[], named: ReadonlyMap<string, Value> | undefined): Text {
  let next = 0;
  let left = LONGEST_TEXT;
  const pieces = format.pieces.flatMap(({ text, at }): readonly Piece[] => {
    const parts: Piece[] = [];
    let last = 0;
    for (const match of text.matchAll(PLACE)) {
      const [whole, ordinal, percentName, braceName] = match;
      const name = percentName ?? (/^\d*$/.test(braceName ?? '') ? undefined : braceName);
      const place = ordinal ? Number(ordinal) - 1 : braceName && /^\d+$/.test(braceName) ? Number(braceName) : next;
      if (name === undefined) next += 1;
      const value = name === undefined ? given[place] : named?.get(name);
      if (value?.kind !== 'text') continue;
      // One argument may be put into many places.
      left -= lengthOf(value.pieces) + value.pieces.length;
      if (left < 0) continue;
      parts.push({ text: text.slice(last, match.index), at: at + last }, ...value.pieces);
      last = match.index + whole.length;
    }
    return [...parts, { text: text.slice(last), at: at + last }].filter((piece) => piece.text !== '');
  });
  return { ...format, pieces };
}
