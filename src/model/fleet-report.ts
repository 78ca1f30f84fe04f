import type { MsgdbError } from './errors.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Finding } from './finding.ts';
import type { Report, Verdict } from './report.ts';

/** How it went with one target. `done before`: in the report that `--resume` names. */
export type TargetStatus = Verdict | 'interrupted' | 'not begun' | 'done before';

/** One database or schema of a fleet, and what came of it. */
export interface FleetEntry {
  /** No other target of the run is called so. */
  readonly name: string;
  /** Without secrets: `app@db.example.com:5432/shop`. */
  readonly database: string;
  /** The schema that was named for it. */
  readonly schema: string | null;
  readonly status: TargetStatus;
  /** Null where nothing was begun in this run. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly summary: string;
  /** What the command gave. */
  readonly report?: Report;
  /** What kept it from making a report. */
  readonly error?: MsgdbError;
}

/** What is known before the first target is begun. */
export interface FleetOpening {
  /** The command that is run on each target. */
  readonly runs: string;
  readonly dryRun: boolean;
  /** What was asked for, in short: a report is gone on with by the same command and flags alone. */
  readonly asked: string;
  readonly targets: number;
  readonly parallel: number;
}

/** What is known when the last one has ended. */
export interface FleetEnd {
  readonly runs: string;
  readonly verdict: Verdict;
  /** One of each target that is not in order. */
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<TargetStatus, number>>;
  readonly summary: string;
  readonly next?: string;
  readonly exitCode: number;
  readonly durationMs: number;
}

/** The entry of a target whose command has ended, with its report or with an error. */
export function endedStatus({ report, error }: Pick<FleetEntry, 'report' | 'error'>): {
  readonly status: TargetStatus;
  readonly exitCode: number;
} {
  const exitCode = report ? exitCodeOf(report) : (error?.exitCode ?? 5);
  if (exitCode === INTERRUPTED) return { status: 'interrupted', exitCode };
  return { status: report?.verdict ?? 'failed', exitCode };
}

const INTERRUPTED = 130;
