import { BIND_HOLE, TEXT_HOLE } from '../sql/scan-sql.ts';
import { type CallValue, type Piece, textOf, type Value } from '../syntax/value.ts';
import type { ApiFile } from './api-upsert.ts';
import { type Predicate, phrase } from './predicate.ts';

/** The condition in a library's own template of SQL: `read` says what stands for each `${…}`, undefined for what it cannot. */
export function readTemplate(
  call: CallValue,
  file: ApiFile,
  read: (value: Value) => Predicate | undefined,
): Predicate | undefined {
  const [template] = call.arguments;
  if (template?.kind !== 'text' || call.arguments.length > 1) return undefined;
  return phrase(...template.pieces.map((piece) => (isHole(piece) ? holeOf(piece, file, read) : piece.text)));
}

function isHole({ text }: Piece): boolean {
  return text === BIND_HOLE || text === TEXT_HOLE;
}

function holeOf({ at }: Piece, { reader }: ApiFile, read: (value: Value) => Predicate | undefined) {
  const value = reader.read(reader.root.namedDescendantForIndex(at)?.firstNamedChild);
  // `sql.raw('…')` is read as the text that it gives.
  const text = textOf(value);
  return text === undefined ? read(value) : { sql: text, attributes: [] };
}
