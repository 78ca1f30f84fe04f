import { pause } from '../../session/interrupt.ts';

/** Keeps what is spent within so much a second, over all who share it: each waits until what was spent before is paid off. */
export class Throttle {
  readonly #perSecond: number | undefined;
  readonly #clock: () => number;
  #paidOffMs = Number.NEGATIVE_INFINITY;

  /** `perSecond`: undefined sets no limit. `clock`: milliseconds. */
  constructor(perSecond: number | undefined, clock: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  spend(amount: number): void {
    if (this.#perSecond === undefined) return;
    this.#paidOffMs = Math.max(this.#clock(), this.#paidOffMs) + (amount / this.#perSecond) * 1000;
  }

  /** How long to wait before more is spent. */
  get restMs(): number {
    return Math.max(this.#paidOffMs - this.#clock(), 0);
  }

  async await(signal: AbortSignal): Promise<void> {
    for (let restMs = this.restMs; restMs > 0; restMs = this.restMs) await pause(Math.min(restMs, LONGEST_MS), signal);
  }
}

/** A timer of JavaScript's fires at once beyond 24 days. */
const LONGEST_MS = 60_000;
