/** A file of 2 MB takes about 5 s; only one that is made to be slow takes longer. */
const FILE_MS = 10_000;

/** Until when a file may be worked on. It is asked between steps, each of which takes time in proportion to the file. */
export class Deadline {
  readonly #at: number;

  constructor(milliseconds = FILE_MS) {
    this.#at = performance.now() + milliseconds;
  }

  get isOver(): boolean {
    return performance.now() > this.#at;
  }

  /** @throws OutOfTime when the time is over. */
  check(): void {
    if (this.isOver) throw new OutOfTime();
  }
}

/** Leaves a file that takes too long; caught where files are read. */
export class OutOfTime extends Error {}
