import { countUpTo } from '../count-up-to.ts';
import { joinPieces, type Piece } from './value.ts';

/** A text that is put together from pieces of a source file, and where in the file each part of it stands. */
export class PiecedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Where each piece begins in the text. */
  readonly #starts: readonly number[];

  constructor(pieces: readonly Piece[]) {
    this.text = joinPieces(pieces);
    this.pieces = pieces;
    let end = 0;
    this.#starts = pieces.map(({ text }) => {
      end += text.length;
      return end - text.length;
    });
  }

  /** The source offset of the first piece. */
  get sourceStart(): number | undefined {
    return this.pieces[0]?.at;
  }

  /** The source offset of an offset in the text. */
  sourceOffset(offset: number): number {
    const place = countUpTo(this.#starts, offset) - 1;
    const piece = this.pieces[place];
    return piece ? piece.at + Math.min(offset - (this.#starts[place] ?? 0), piece.text.length) : 0;
  }

  /** Ranges of the text, and other texts that stand at an offset of it, one after the other. */
  join(
    parts: readonly (
      | { readonly start: number; readonly end: number }
      | { readonly text: string; readonly at: number }
    )[],
  ): PiecedText {
    return new PiecedText(
      parts.flatMap((part) =>
        'text' in part ? [{ text: part.text, at: this.sourceOffset(part.at) }] : this.#slice(part.start, part.end),
      ),
    );
  }

  #slice(start: number, end: number): readonly Piece[] {
    const first = Math.max(0, countUpTo(this.#starts, start) - 1);
    const pieces = this.pieces.slice(first, countUpTo(this.#starts, end - 1));
    let before = this.#starts[first] ?? 0;
    return pieces.flatMap(({ text, at }) => {
      const from = Math.max(0, start - before);
      const part = text.slice(from, Math.max(from, end - before));
      before += text.length;
      return part === '' ? [] : [{ text: part, at: at + from }];
    });
  }
}
