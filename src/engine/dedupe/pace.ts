import { pause } from '../../session/interrupt.ts';
import type { EngineSettings } from '../../session/workplace.ts';

/** A writer that wants a row of a batch waits until the batch is done: about this long. */
const TARGET_MS = 250;
/** Small, because nothing is known yet of what a row takes: a trigger may wait for something. */
const FIRST_SIZE = 200;
/** Below it a transaction's own time is most of a batch; only rows that take long by themselves go lower. */
const USUAL_LEAST_SIZE = 50;
const LEAST_SIZE = 2;
const MOST_SIZE = 100_000;

type PaceSettings = Pick<EngineSettings, 'batchSize' | 'batchDelayMs' | 'maxRate'>;

/** How many rows a batch takes, and the rest between batches: large enough to be quick, small enough to be no burden. */
export class Pace {
  readonly #settings: PaceSettings;
  readonly #most: number;
  #size: number;

  /** `expected`: the most rows that are expected to take no longer than a batch should. */
  constructor(settings: PaceSettings, expected = FIRST_SIZE) {
    this.#settings = settings;
    // No larger than what a second may have: more would come in bursts.
    this.#most = Math.min(settings.maxRate ?? MOST_SIZE, MOST_SIZE);
    this.#size = settings.batchSize ?? Math.min(expected, FIRST_SIZE, this.#most);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Learns from a batch, and rests as long as the user asked. When sessions had to wait for the batch, those after it are
   * half as large, and the writers get as much time as the batch took.
   */
  async rest(batch: { readonly tookMs: number; readonly waiters: number }, signal: AbortSignal): Promise<void> {
    if (this.#settings.batchSize === undefined) this.#size = Math.min(nextSize(this.#size, batch), this.#most);
    const makeWayMs = batch.waiters > 0 ? Math.min(batch.tookMs, 1_000) : 0;
    const restMs = Math.max(this.#settings.batchDelayMs, makeWayMs);
    if (restMs > 0) await pause(restMs, signal);
  }
}

function nextSize(size: number, { tookMs, waiters }: { readonly tookMs: number; readonly waiters: number }): number {
  const byTime = Math.min(Math.max(TARGET_MS / tookMs, 0.1), 4);
  const factor = waiters > 0 ? Math.min(byTime, 0.5) : byTime;
  const least = tookMs > TARGET_MS ? LEAST_SIZE : Math.min(size, USUAL_LEAST_SIZE);
  return Math.min(Math.max(Math.round(size * factor), least), MOST_SIZE);
}
