import { joinPieces, type Piece } from '../syntax/value.ts';

interface Trim {
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  /** What is left out at the beginning, and at the end. */
  readonly before?: readonly string[] | undefined;
  readonly after?: readonly string[] | undefined;
  readonly at: number;
}

/** What `<trim>` makes of its content; nothing of nothing. */
export function trimPieces(
  pieces: readonly Piece[],
  { prefix = '', suffix = '', before = [], after = [], at }: Trim,
): readonly Piece[] {
  const text = joinPieces(pieces);
  const content = text.trim();
  if (content === '') return [];
  const lower = content.toLowerCase();
  const first = before.find((each) => each !== '' && lower.startsWith(each.toLowerCase())) ?? '';
  const last = after.find((each) => each.trim() !== '' && lower.endsWith(each.trim().toLowerCase()))?.trim() ?? '';
  const start = text.length - text.trimStart().length;
  const kept = slice(pieces, start + first.length, start + content.length - last.length);
  const end = kept.at(-1) ?? { text: '', at };
  return [{ text: `${prefix} `, at: kept[0]?.at ?? at }, ...kept, { text: ` ${suffix}`, at: end.at + end.text.length }];
}

/** A range of what the pieces come to. */
function slice(pieces: readonly Piece[], start: number, end: number): readonly Piece[] {
  let before = 0;
  return pieces.flatMap(({ text, at }) => {
    const from = Math.max(0, start - before);
    const part = text.slice(from, Math.max(from, end - before));
    before += text.length;
    return part === '' ? [] : [{ text: part, at: at + from }];
  });
}
