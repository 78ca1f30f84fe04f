import type { Strategy } from './choose-strategy.ts';

/** What the user decides about how plans are made. */
export interface PlanSettings {
  readonly strategy: 'auto' | Strategy;
  /** Indexes that earlier operations of the same migration will have built by then. */
  readonly planned: ReadonlySet<string>;
}
