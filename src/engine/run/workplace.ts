import type { ConnectionTarget } from '../../model/connection.ts';
import type { Listener } from '../../model/event.ts';
import type { ServerFacts } from '../../model/facts.ts';
import type { Limit } from '../../model/operations/common.ts';
import type { Session } from '../session/open-session.ts';

/** What the user decides about how the engine works. */
export interface EngineSettings {
  /** Schema of tables that are named without one. */
  readonly schema: string;
  readonly strategy: 'auto' | 'locked' | 'online';
  /** How long one attempt waits for a lock; PostgreSQL's lock_timeout. */
  readonly lockTimeoutMs: number;
  readonly lockRetries: number;
  /** How long to wait for another msgdb run. */
  readonly lockWaitMs: number;
  /** 0 sets no limit. */
  readonly indexTimeoutMs: number;
  /** Groups a batch. */
  readonly batchSize: number;
  readonly batchDelayMs: number;
  /** Applies to rules that set no limit of their own. */
  readonly limit: Limit | undefined;
}

/** What work on a database needs: a session, what is known of the server, and whom to tell. */
export interface Workplace {
  readonly session: Session;
  /** For further sessions. */
  readonly target: ConnectionTarget;
  readonly server: ServerFacts;
  readonly settings: EngineSettings;
  readonly signal: AbortSignal;
  readonly emit: Listener;
}

/** A workplace that may change things: it holds the run lock. */
export interface Run extends Workplace {
  readonly id: string;
  /** Makes the schema msgdb and the run's own record, the first time something is about to be written. */
  open(): Promise<void>;
}
