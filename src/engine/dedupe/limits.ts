import { readWalPosition } from '../../catalog/read-wal-position.ts';
import { stopAtSafePoint } from '../../session/keep-to-window.ts';
import type { EngineSettings, Run } from '../../session/workplace.ts';
import { Replicas } from './replicas.ts';
import { Throttle } from './throttle.ts';
import { WalMeter } from './wal-meter.ts';

/** What holds batches back, of all jobs and passes of a step: rows a second, write-ahead log a second, replicas that are behind. */
export class Limits {
  readonly #replicas = new Replicas();
  readonly #rows: Throttle;
  readonly #wal: Throttle | undefined;
  readonly #meter = new WalMeter();

  constructor({ maxRate, maxWalRateBytes }: Pick<EngineSettings, 'maxRate' | 'maxWalRateBytes'>) {
    this.#rows = new Throttle(maxRate);
    this.#wal = maxWalRateBytes === undefined ? undefined : new Throttle(maxWalRateBytes);
  }

  /**
   * Waits until the next batch may begin.
   * @throws MsgdbError MSGDB_WINDOW_CLOSED where that is not in this window.
   */
  async await(run: Run): Promise<void> {
    stopAtSafePoint(run);
    await this.#rows.await(run.signal);
    await this.#wal?.await(run.signal);
    await this.#replicas.await(run);
    stopAtSafePoint(run);
  }

  /** Does a batch, and counts what it takes. What others write meanwhile counts too: a standby has to take that as well. */
  async count<Result>(run: Run, rows: number, batch: () => Promise<Result>): Promise<Result> {
    this.#rows.spend(rows);
    if (this.#wal === undefined) return await batch();
    const before = await readWalPosition(run.session);
    const result = await batch();
    this.#wal.spend(this.#meter.count(before, await readWalPosition(run.session)));
    return result;
  }
}
