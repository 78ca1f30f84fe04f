import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Settings } from './settings.ts';

/** What both kinds of server are started from. */
export interface StartContext {
  readonly binaries: Binaries;
  readonly template: string;
  readonly account: Account | undefined;
  readonly settings: Settings;
  readonly path: string | undefined;
  readonly signal: AbortSignal | undefined;
}
