import type { TableFacts } from '../model/facts.ts';

export type Strategy = 'locked' | 'online';

/** How the rule is made true, and why so, for people. */
export interface StrategyChoice {
  readonly strategy: Strategy;
  readonly reason: string;
}

/** Up to this size, deduplicating and indexing under a lock takes well under a second. */
const SMALL_TABLE_BYTES = 32 * 1024 * 1024;

/** Chooses between one short lock and building while the application writes. */
export function chooseStrategy(asked: 'auto' | Strategy, facts: TableFacts): StrategyChoice {
  const size = `${(facts.bytes / 1024 / 1024).toFixed(facts.bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`;
  if (asked !== 'auto') return { strategy: asked, reason: `asked for with --strategy ${asked}` };
  return facts.bytes <= SMALL_TABLE_BYTES
    ? { strategy: 'locked', reason: `the table is small (${size}): writers wait for a moment, in one transaction` }
    : { strategy: 'online', reason: `the table is large (${size}): writers go on while the index is built` };
}
