import type { TableName } from './facts.ts';

/**
 * How a kept fence stands: it works; its triggers are disabled; its time is over, and it lets everything pass; a unique
 * index keeps copies out by now; its table or columns are called otherwise by now, and it lets everything pass; its table is
 * gone, and its triggers with it.
 */
export type FenceState = 'standing' | 'disabled' | 'expired' | 'served' | 'changed' | 'detached';

/** A fence that stays when the run that put it up has ended, so that no copy comes before somebody else's index. */
export interface KeptFence {
  readonly id: string;
  /** As it is called now. */
  readonly table: TableName;
  /** `(lower(email)) where deleted_at is null`. */
  readonly key: string;
  /** The index that it stands in for: errors name it. */
  readonly index: string;
  /** Times are ISO 8601. */
  readonly since: string;
  readonly until: string;
  /** The role that put it up, and its run. */
  readonly by: string;
  readonly runId: string;
  readonly state: FenceState;
  /** The unique index that makes it needless. */
  readonly servedBy: string | undefined;
}

/** Is it not yet to be cleared away? */
export function isKept({ state }: Pick<KeptFence, 'state'>): boolean {
  return state === 'standing' || state === 'disabled';
}

/** A kept fence, for reports. */
export interface FenceEntry {
  readonly table: string;
  readonly key: string;
  /** The index that it stands in for. */
  readonly index: string;
  readonly state: FenceState;
  /** Times are ISO 8601. */
  readonly since: string;
  readonly until: string;
  readonly by: string;
  readonly runId: string;
  /** The unique index that makes it needless. */
  readonly servedBy: string | null;
}
