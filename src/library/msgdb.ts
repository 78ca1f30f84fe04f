/// <reference lib="esnext.disposable" preserve="true" />
import type { RunEvent } from '../model/event.ts';
import type { DropUniqueKey } from '../model/operations/drop-unique-key.ts';
import type { ExpectIndex } from '../model/operations/expect-index.ts';
import type { IndexOperation } from '../model/operations/index-operation.ts';
import type { Relink } from '../model/operations/relink.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type {
  CheckUpsertsReport,
  DedupeReport,
  FenceReport,
  FindDuplicatesReport,
  MigrateReport,
  PreflightReport,
  Report,
  RollbackReport,
  VerifyReport,
} from '../model/report.ts';
import type { Published } from '../report/json.ts';
import type {
  ApplyOptions,
  CheckUpsertsOptions,
  DedupeOptions,
  DropFencesOptions,
  FindDuplicatesOptions,
  MigrateOptions,
  PreflightOptions,
  RollbackOptions,
  VerifyOptions,
} from './options.ts';

/** Which call an event comes from. */
export interface EventSource {
  /** The method: `migrate`, `apply`. */
  readonly call: string;
}

/** Receives events. One that throws stops its call at the next safe point, which is rejected with what was thrown. */
export type EventListener = (event: RunEvent, source: EventSource) => void;

/**
 * A call that is at work: await it for its report, or iterate over its events first. The iteration ends with the call,
 * and throws what the call is rejected with.
 */
export interface Running<Made extends Report> extends Promise<Published<Made>>, AsyncIterable<RunEvent> {}

/** An operation that stands in another tool's migration. SQL of your own is run by that tool. */
export type AppliedOperation = UniqueKey | DropUniqueKey | IndexOperation | Relink | ExpectIndex;

/**
 * A database, and what msgdb does with it. Each call connects, works and disconnects by itself; several may be at work at a
 * time, on one database or on many. Nothing is printed, no signal is listened to, and the process is never ended.
 *
 * A call that looks resolves with its report, whatever it found. A call that changes something resolves only when all of it is
 * done; else it is rejected with an MsgdbError, and `error.report` says what was done. The functions need no `this`.
 */
export interface Msgdb {
  /** Applies the pending migrations. */
  readonly migrate: (options?: MigrateOptions) => Running<MigrateReport>;
  /** Undoes migrations, the latest first, and puts the rows back that they removed. */
  readonly rollback: (options?: RollbackOptions) => Running<RollbackReport>;
  /** Checks that every rule of the migrations, or this one, holds and is enforced. */
  readonly verify: (options?: VerifyOptions) => Running<VerifyReport>;
  /** Finds the rows that break the rules of the migrations, or this one. */
  readonly findDuplicates: (options?: FindDuplicatesOptions) => Running<FindDuplicatesReport>;
  /** Removes them, without building an index. Nobody is asked: look first, with `dryRun`. */
  readonly dedupe: (options?: DedupeOptions) => Running<DedupeReport>;
  /** Finds the upserts in source, or in an SQL text, and asks the planner whether each finds its index. */
  readonly checkUpserts: (options?: CheckUpsertsOptions) => Running<CheckUpsertsReport>;
  /** Says which statements of another tool's pending migrations will fail, or block others; with `repair`, makes the rows fit first. */
  readonly preflight: (options?: PreflightOptions) => Running<PreflightReport>;
  /** Takes down the fences that `preflight` has kept, before their time is over. Its report has those that were taken down. */
  readonly dropFences: (options?: DropFencesOptions) => Running<FenceReport>;
  /**
   * Makes operations true, as a migration of another tool: plans, archives, changes and verifies as `migrate` does, and
   * leaves the history to that tool. Safe to call again. `revert` undoes it.
   */
  readonly apply: (
    operations: AppliedOperation | readonly AppliedOperation[],
    options?: ApplyOptions,
  ) => Running<MigrateReport>;
  /** Undoes what `apply` of the same operations has done, and puts the rows back that it removed. */
  readonly revert: (
    operations: AppliedOperation | readonly AppliedOperation[],
    options?: ApplyOptions,
  ) => Running<RollbackReport>;
  /** Calls the listener with the events of every call from now on. */
  on(name: 'event', listener: EventListener): this;
  off(name: 'event', listener: EventListener): this;
  /** Stops what is still running at its next safe point, and waits for it. Later calls are rejected. */
  close(): Promise<void>;
  /** `await using db = createMsgdb({ … })` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>;
}
