export type MigrationState = 'pending' | 'running' | 'interrupted' | 'done' | 'failed' | 'rolled back';

export interface MigrationStatus {
  readonly name: string;
  readonly summary: string;
  readonly state: MigrationState;
  /** ISO 8601, when the last change of state was made. */
  readonly at: string | null;
  readonly by: string | null;
  readonly durationMs: number | null;
  readonly error: string | null;
}

/** A run that wrote something, as `status --runs` lists it. */
export interface RunStatus {
  readonly runId: string;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Null while it is at work, and of one that was killed. */
  readonly durationMs: number | null;
  readonly by: string;
  /** Of msgdb. */
  readonly version: string;
  readonly state: 'ended' | 'running' | 'interrupted';
  /** What it has changed, for people; what was undone since is named too. */
  readonly changed: string;
}
