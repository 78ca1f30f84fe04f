import type { DropUniqueKey } from './operations/drop-unique-key.ts';

/** What operations of one migration can count on from each other. */
export interface Planned {
  /** Indexes that are built before any rule goes. */
  readonly built: ReadonlySet<string>;
  /** Rules that go when all others are true. */
  readonly dropped: readonly DropUniqueKey[];
}

/** What the user decides about how plans are made. */
export interface PlanSettings {
  readonly strategy: AskedStrategy;
  /** What becomes of the index that a foreign key to the rule's table lacks: made for the run, kept, or not made. */
  readonly indexReferences: 'temporary' | 'keep' | 'none';
  /** What the same migration does besides. */
  readonly planned: Planned;
}

export type Strategy = 'locked' | 'online';

/** What was asked for: the user's word, or what applying a plan file comes to. */
export type AskedStrategy = 'auto' | Strategy | 'plan-file';
