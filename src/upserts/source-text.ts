import type { SourcePlace } from './upsert.ts';

/** Characters between a statement and the comment that takes it out. */
const FARTHEST_COMMENT = 2_000;

/** The text of one source file, and where its lines begin. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  placeOf(offset: number): SourcePlace {
    const line = this.#lineOf(offset);
    return { file: this.file, line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 };
  }

  /** The reason of a `msgdb-ignore:` comment in the lines from `start` to `end`, or in the line above them. */
  ignoredBetween(start: number, end: number): string | undefined {
    const first = Math.max(0, this.#lineOf(start) - 1);
    // A line may be a megabyte long, and have a thousand statements.
    const from = Math.max(this.#lineStarts[first] ?? 0, start - FARTHEST_COMMENT);
    const upTo = Math.min(this.#lineStarts[this.#lineOf(end) + 1] ?? this.text.length, end + FARTHEST_COMMENT);
    const reason = /msgdb-ignore:[ \t]*(\S[^\n]*)/.exec(this.text.slice(from, upTo))?.[1];
    return reason?.replace(/\s*(?:\*\/|-->|\*\))?\s*$/, '');
  }

  /** Index of the last line that begins at or before the offset. */
  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
