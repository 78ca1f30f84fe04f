import type { Finding } from './finding.ts';

/** A plan as shown: see `Plan`. */
export interface PlanReport {
  readonly migration: string | null;
  readonly title: string;
  readonly table: string | null;
  readonly steps: readonly PlanStepReport[];
  readonly notes: readonly string[];
  /** Those of the report's findings that stop this plan. */
  readonly refusals?: readonly Finding[];
  /** The steps it would have, where only a limit holds it back. */
  readonly held?: readonly PlanStepReport[];
}

/** How long a step takes with nobody in its way: below a second, a minute, an hour, or longer. */
export type DurationClass = 'instant' | 'seconds' | 'minutes' | 'hours';

export interface PlanStepReport {
  readonly kind: string;
  readonly title: string;
  readonly lock: string;
  /** Rows that it reads or changes, about; null where that cannot be told. */
  readonly rows: number | null;
  readonly duration: DurationClass | null;
  readonly details: readonly string[];
  readonly sql: readonly string[];
  readonly steps: readonly PlanStepReport[];
}

/** A step that was done. */
export interface StepReport {
  readonly kind: string;
  readonly title: string;
  readonly durationMs: number;
  /** What came of it: `12 rows archived and removed, 7 children re-pointed`. */
  readonly detail: string;
}

export interface AppliedMigration {
  readonly name: string;
  readonly summary: string;
  readonly durationMs: number;
  readonly steps: readonly StepReport[];
  /** Row counts of the tables it removed rows from. */
  readonly counts: readonly { readonly table: string; readonly before: number; readonly after: number }[];
}
