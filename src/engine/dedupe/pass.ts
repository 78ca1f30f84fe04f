import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { Outcome, Tally } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';
import { type Batch, endOfBatch } from '../../sql/dedupe/stage.ts';
import type { Origin } from '../../sql/history-schema.ts';
import type { Limits } from './limits.ts';
import type { Staged } from './stage-groups.ts';

/** What came of a batch. */
export interface Finished {
  readonly outcome: Outcome;
  readonly open: number;
}

/** What a pass adds to, and what holds it back. */
export interface PassMeans {
  readonly done: Tally;
  readonly limits: Limits;
}

/** The groups of a pass, handed out in ranges that no two jobs share. */
export class Pass {
  readonly dedupe: PlannedDedupe;
  readonly origin: Origin;
  readonly staged: Staged;
  readonly limits: Limits;
  readonly #done: Tally;
  #open = 0;
  #taken = 0;
  #finished = 0;
  #stopped = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(dedupe: PlannedDedupe, origin: Origin, staged: Staged, { done, limits }: PassMeans) {
    this.dedupe = dedupe;
    this.origin = origin;
    this.staged = staged;
    this.limits = limits;
    this.#done = done;
  }

  /** The next groups with about this many rows; undefined when there are no more for this job, or another one has failed. */
  async take(db: Queryable, rows: number, job: number): Promise<Batch | undefined> {
    const next = this.#turn.then(async () => this.#takeNext(db, rows, job));
    this.#turn = next.catch(() => undefined);
    return await next;
  }

  async #takeNext(db: Queryable, rows: number, job: number): Promise<Batch | undefined> {
    if (this.#stopped || this.#taken >= this.staged.groups) return undefined;
    const from = this.#taken + 1;
    // Jobs that share a survivor would wait for each other: the first one does all parts.
    if (job > 0 && this.#isPart(from)) return undefined;
    const to = this.#lastWith(from);
    const [end] = await db.query(endOfBatch({ from, to }, rows));
    this.#taken = Math.max(Number(end?.last ?? to), from);
    return { from, to: this.#taken, rows: Number(end?.rows) };
  }

  /** A part of a large group is taken alone: the row that survives is in each of them, and another may come to survive. */
  #lastWith(from: number): number {
    const { groups, cut } = this.staged;
    if (cut === undefined) return groups;
    return from < cut ? cut - 1 : from;
  }

  /** Groups of which nothing was ranked: a row of them moved or went, or their hashes alone are equal. */
  get open(): number {
    return this.#open;
  }

  /** How many groups are done when these are, of which some were left open. */
  finish({ from, to, rows }: Batch, { outcome, open }: Finished): number {
    this.#done.add(outcome);
    this.#open += this.#isTorn(from, rows - outcome.removed) ? 1 : open;
    this.#finished += to - from + 1;
    return this.#finished;
  }

  /** A part of a large group that kept more than one row: its best row has left the group, and each part keeps its own. */
  #isTorn(from: number, kept: number): boolean {
    return this.#isPart(from) && kept > 1;
  }

  #isPart(group: number): boolean {
    const { cut } = this.staged;
    return cut !== undefined && group >= cut;
  }

  stop(): void {
    this.#stopped = true;
  }
}
