/** What the server has written while batches worked: of batches that work at the same time, each byte once. */
export class WalMeter {
  #counted = Number.NEGATIVE_INFINITY;

  /** Bytes between two positions that no batch before has counted. */
  count(before: number, after: number): number {
    const from = Math.max(before, this.#counted);
    this.#counted = Math.max(this.#counted, after);
    return Math.max(after - from, 0);
  }
}
