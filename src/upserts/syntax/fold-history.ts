import { TEXT_HOLE } from '../sql/scan-sql.ts';
import type { Node } from './grammars.ts';
import type { History } from './named-bindings.ts';
import type { Piece, Value } from './value.ts';

/** A statement is not put together in more steps. */
const MOST_APPENDED = 2_000;

/** What a name holds after all that it has been given. */
export function foldHistory({ base, isSure, appended }: History, read: (node: Node) => Value): Value | undefined {
  if (appended.length > MOST_APPENDED) return undefined;
  const first = read(base.value);
  const value = first.kind === 'unknown' || first.kind === 'literal' ? undefined : first;
  if (value?.kind === 'text' && !isSure) return undefined;
  if (appended.length === 0 || (value?.kind !== 'text' && value?.kind !== 'list')) return value;
  const parts = appended.map((each) => withTail(read(each.value), each.tail));
  if (value.kind === 'list') return { ...value, items: [...value.items, ...parts.flatMap(itemsOf)] };
  return { ...value, pieces: [...value.pieces, ...parts.flatMap(piecesOrHole)] };
}

/** The pieces of a text, else one hole. */
export function piecesOrHole(value: Value): readonly Piece[] {
  return value.kind === 'text' ? value.pieces : [{ text: TEXT_HOLE, at: value.at }];
}

function withTail(value: Value, text: string): Value {
  if (text === '') return value;
  return { kind: 'text', pieces: [...piecesOrHole(value), { text, at: value.at }], at: value.at };
}

/** A list that is put behind a list is joined to it. */
function itemsOf(value: Value): readonly Value[] {
  return value.kind === 'list' ? value.items : [value];
}
