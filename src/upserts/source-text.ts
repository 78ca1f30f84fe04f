import { countUpTo } from './count-up-to.ts';
import type { SourcePlace } from './upsert.ts';

/** Characters between a statement and the comment that takes it out. */
const FARTHEST_COMMENT = 2_000;

/** The text of one source file, and where its lines begin. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];
  #ignores: Ignores | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    // A byte order mark is in no column.
    this.#lineStarts = [
      text.startsWith('\uFEFF') ? 1 : 0,
      ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1),
    ];
  }

  /** Is it the body of a function in the database? */
  get isFunction(): boolean {
    return this.file.startsWith('function ');
  }

  placeOf(offset: number): SourcePlace {
    const line = this.#lineOf(offset);
    return { file: this.file, line: line + 1, column: Math.max(1, offset - (this.#lineStarts[line] ?? 0) + 1) };
  }

  /** The reason of a `msgdb-ignore:` comment in the lines from `start` to `end`, or in the line above them. */
  ignoredBetween(start: number, end: number): string | undefined {
    const first = Math.max(0, this.#lineOf(start) - 1);
    // A line may be a megabyte long, and have a thousand statements.
    const from = Math.max(this.#lineStarts[first] ?? 0, start - FARTHEST_COMMENT);
    const upTo = Math.min(this.#lineStarts[this.#lineOf(end) + 1] ?? this.text.length, end + FARTHEST_COMMENT);
    return this.#firstIgnore(from, upTo);
  }

  /** Comments are looked for once: a file may have as many upserts as lines. */
  #firstIgnore(from: number, upTo: number): string | undefined {
    this.#ignores ??= readIgnores(this.text);
    const { places, reasons } = this.#ignores;
    const first = countUpTo(places, from - 1);
    return (places[first] ?? upTo) < upTo ? reasons[first] : undefined;
  }

  /** Index of the last line that begins at or before the offset. */
  #lineOf(offset: number): number {
    return Math.max(0, countUpTo(this.#lineStarts, offset) - 1);
  }
}

interface Ignores {
  readonly places: readonly number[];
  readonly reasons: readonly string[];
}

function readIgnores(text: string): Ignores {
  const found = [...text.matchAll(/msgdb-ignore:[ \t]*(\S[^\n]*)/g)];
  return { places: found.map(({ index }) => index), reasons: found.map(([, reason = '']) => withoutEnd(reason)) };
}

function withoutEnd(reason: string): string {
  const trimmed = reason.trimEnd();
  const mark = ['*/', '-->', '*)'].find((each) => trimmed.endsWith(each));
  return mark === undefined ? trimmed : trimmed.slice(0, -mark.length).trimEnd();
}
