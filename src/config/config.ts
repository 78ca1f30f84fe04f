import type { DatabaseChoice } from '../model/connection.ts';
import type { Limit, OnDiffer } from '../model/operations/common.ts';
import type { Library } from '../model/upsert-report.ts';

/** How an index is built; `auto` decides by the size of the table. */
export type Strategy = 'auto' | 'locked' | 'online';

/** What becomes of copies that come while an index is built; `none` puts no trigger up. */
export type FenceChoice = 'reject' | 'skip' | 'none';

/** What becomes of the indexes that foreign keys to a rule's table lack. */
export type IndexReferences = 'temporary' | 'keep' | 'none';

/** Everything msgdb was told from outside, parsed once. Frozen, deeply. */
export interface Config {
  readonly database: DatabaseChoice;
  readonly schema: string;
  /** Absolute. */
  readonly migrationsDir: string;
  /** Absolute; absent when there is no config file. */
  readonly configFile?: string;
  /** The config file's folder, else the working directory. */
  readonly projectDir: string;
  readonly lockWaitMs: number;
  readonly lockTimeoutMs: number;
  readonly lockRetries: number;
  readonly strategy: Strategy;
  /** 0 sets no limit. */
  readonly indexTimeoutMs: number;
  readonly indexReferences: IndexReferences;
  readonly fence: FenceChoice;
  /** 0 only warns. */
  readonly waitForBlockersMs: number;
  readonly jobs: number;
  readonly batchSize?: number;
  readonly batchDelayMs: number;
  readonly maxReplicaLagMs?: number;
  readonly memoryBytes: number;
  readonly limit?: Limit;
  readonly onDiffer: OnDiffer;
  /** Libraries whose forms of an upsert are shown. */
  readonly orms: readonly Library[];
  /** Absolute; empty when the configuration names none. */
  readonly sources: readonly string[];
  readonly redact: boolean;
  /** Things worth telling a person, without secrets. */
  readonly warnings: readonly string[];
  /** Passwords that must never be shown, for `redactSecrets`. */
  readonly secrets: readonly string[];
}

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;
