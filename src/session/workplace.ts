import type { Listener } from '../model/event.ts';
import type { ServerFacts } from '../model/facts.ts';
import type { Limit, OnDiffer } from '../model/operations/common.ts';
import type { Window } from '../model/window.ts';
import type { Session } from './open-session.ts';

/** The purpose of a session that runs a user's own SQL: what the server says there is all for the user. */
export const SCRIPT = 'sql';

/** What the user decides about how the engine works. */
export interface EngineSettings {
  /** How long to wait for a server that does not answer yet. */
  readonly waitMs: number;
  /** Schema of tables that are named without one. */
  readonly schema: string;
  /** Schema of history, ledger and archive. */
  readonly historySchema: string;
  readonly strategy: 'auto' | 'locked' | 'online';
  /** How long one attempt waits for a lock; PostgreSQL's lock_timeout. */
  readonly lockTimeoutMs: number;
  readonly lockRetries: number;
  /** How long to wait for another msgdb run. */
  readonly lockWaitMs: number;
  /** 0 sets no limit. */
  readonly indexTimeoutMs: number;
  /** Rows a batch, whole groups or parts of a large one; left out, it adapts to how long batches take. */
  readonly batchSize?: number | undefined;
  /** Indexes that foreign keys to a rule's table lack are made for the time of a run, made and kept, or not made. */
  readonly indexReferences: 'temporary' | 'keep' | 'none';
  /** What keeps new copies out where they come faster than an index is built. */
  readonly fence: 'reject' | 'skip' | 'none';
  /** How long to wait for transactions that are in the way, before anything is begun; 0 only warns of them. */
  readonly waitForBlockersMs: number;
  readonly batchDelayMs: number;
  /** Sessions that remove batches at a time. */
  readonly jobs: number;
  /** The hours that work is begun in. */
  readonly window: Window;
  /** Rows a second that batches work on, of all jobs; left out, no limit. */
  readonly maxRate?: number | undefined;
  /** Write-ahead log a second while batches work; left out, no limit. */
  readonly maxWalRateBytes?: number | undefined;
  /** Batches wait while a replica is further behind. */
  readonly maxReplicaLagMs?: number | undefined;
  /** What looking for groups and building indexes may use on the server; left out, a usual amount, or the server's own settings if they are larger. */
  readonly memoryBytes?: number | undefined;
  /** Applies to rules that set no limit of their own. */
  readonly limit?: Limit | undefined;
  /** `stop` here or in a rule stops. */
  readonly onDiffer: OnDiffer;
}

/** Over which session work is done, and what ends it. Nothing beside it is bound to one session. */
export interface Lane {
  readonly session: Session;
  readonly signal: AbortSignal;
}

/** What work on a database needs: its lane, what is known of the server, and where events go. */
export interface Workplace extends Lane {
  readonly server: ServerFacts;
  readonly settings: EngineSettings;
  readonly emit: Listener;
  readonly now: () => Date;
  /** Where users' own SQL finds tables that it names without a schema; undefined: as the connection has it. */
  readonly searchPath: string | undefined;
  /**
   * Another session, named `command (purpose)` in application_name, in a run with the run's settings; whoever opens it
   * closes it. `signal` cancels its statements: the command's own, unless it has to go on after an interruption.
   */
  openSession(purpose: string, signal?: AbortSignal): Promise<Session>;
}

/** A workplace that may change things: it holds the run lock. */
export interface Run extends Workplace {
  readonly id: string;
  readonly record: RunRecord;
  /** Oids of the unique indexes, and parts of them, that the run has built: each build has read its table. */
  readonly built: Set<string>;
}

/** What is kept of a run in the schema msgdb; whoever works on it says over which session. */
export interface RunRecord {
  /** Makes the schema and the record, the first time something is about to be written. */
  open(over: Workplace): Promise<void>;
  /** Notes the end, if anything was written. */
  close(over: Lane): Promise<void>;
}

/** The same run, at work in another lane. */
export function inLane(run: Run, { session, signal }: Lane): Run {
  return { ...run, session, signal };
}
