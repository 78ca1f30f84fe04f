import type { ArchivedRun } from './archived-run.ts';
import type { ErrorCode } from './codes.ts';
import type { Discovery } from './discovery.ts';
import type { Finding } from './finding.ts';
import type { Recognised, Snippet } from './init-report.ts';
import type { FenceEntry } from './kept-fence.ts';
import type { AppliedMigration, PlanReport } from './plan-report.ts';
import type {
  DeployFence,
  EarlyBuild,
  LeftStatement,
  PreflightMigration,
  PreflightStatement,
} from './preflight-report.ts';
import type { Rewritten } from './rewritten.ts';
import type { PastRun, RunChange, RunGroups, RunIndex } from './run-report.ts';
import type { MigrationStatus, RunStatus } from './status-report.ts';
import type { DedupeTargetReport, TargetReport } from './target-report.ts';
import type { TimelineEntry } from './timeline.ts';
import type { UpsertAdvice, UpsertCounts, UpsertReport } from './upsert-report.ts';

/** `ok`: clean, done, or nothing to do. `findings`: something to act on. `failed`: the command did not get through. */
export type Verdict = 'ok' | 'findings' | 'failed';

interface ReportCommon {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** One line that says how it ended, for people. */
  readonly summary: string;
  /** The command that a person would run next, if there is one. */
  readonly next?: string;
  readonly durationMs: number;
  /** The database, without secrets: `app@db.example.com:5432/shop`. */
  readonly database?: string;
  /** Exit code when it is not what the verdict gives (0, 1, 5). */
  readonly exitCode?: number;
  /** What happened meanwhile, where something did: steps, and what they waited for. */
  readonly timeline?: readonly TimelineEntry[];
}

export interface FindDuplicatesReport extends ReportCommon {
  readonly command: 'find-duplicates';
  readonly targets: readonly TargetReport[];
  /** With --discover, which looks at no rule. */
  readonly discovery?: Discovery;
}

export interface DedupeReport extends ReportCommon {
  readonly command: 'dedupe';
  readonly dryRun: boolean;
  readonly runId: string | null;
  readonly targets: readonly DedupeTargetReport[];
  /** The plan that was written for `dedupe --plan`. */
  readonly planFile?: string;
  readonly plan: readonly PlanReport[];
}

export interface MigrateReport extends ReportCommon {
  readonly command: 'migrate';
  readonly dryRun: boolean;
  readonly runId: string | null;
  readonly applied: readonly AppliedMigration[];
  /** Not applied when the command ends; those beyond `--to`, too. */
  readonly pending: readonly string[];
  readonly plan: readonly PlanReport[];
  /** With `--rewrite`: what was written anew, or would be. */
  readonly rewritten?: readonly Rewritten[];
}

export interface RollbackReport extends ReportCommon {
  readonly command: 'rollback';
  readonly dryRun: boolean;
  readonly runId: string | null;
  readonly rolledBack: readonly AppliedMigration[];
  readonly restoredRows: number;
  readonly notRestoredRows: number;
  readonly plan: readonly PlanReport[];
}

/** One migration, undone and applied again; without `applied`, it was left undone. */
export interface RedoReport extends ReportCommon {
  readonly command: 'redo';
  readonly dryRun: boolean;
  readonly runId: string | null;
  readonly rolledBack: readonly AppliedMigration[];
  readonly applied: readonly AppliedMigration[];
  readonly restoredRows: number;
  readonly notRestoredRows: number;
  /** Of the undo: what is applied again is planned when it is undone. */
  readonly plan: readonly PlanReport[];
}

export interface StatusReport extends ReportCommon {
  readonly command: 'status';
  readonly migrations: readonly MigrationStatus[];
  /** With --runs: the newest first. */
  readonly runs?: readonly RunStatus[];
}

/** `info` says something worth knowing that is not wrong; `skipped` says why it could not be checked. */
export type CheckStatus = 'ok' | 'failed' | 'info' | 'skipped';

export interface Check {
  /** Stable within a run: `0002-chat-messages/1/index`. */
  readonly id: string;
  readonly code: ErrorCode | null;
  readonly table: string | null;
  readonly migration: string | null;
  readonly status: CheckStatus;
  /** What is checked: `index exists and is valid`. */
  readonly title: string;
  /** What was seen. */
  readonly detail: string;
}

export interface VerifyReport extends ReportCommon {
  readonly command: 'verify' | 'doctor';
  readonly checks: readonly Check[];
  /** What the application can write, for each rule. */
  readonly upserts: readonly UpsertAdvice[];
}

export interface ArchiveReport extends ReportCommon {
  readonly command: 'archive';
  readonly action: 'list' | 'show' | 'restore' | 'purge';
  readonly runs: readonly ArchivedRun[];
  /** For `show`: archived rows as text. */
  readonly rows: readonly {
    readonly table: string;
    readonly image: string;
    readonly row: Readonly<Record<string, string | null>>;
  }[];
  readonly restoredRows: number;
  readonly notRestoredRows: number;
  readonly purgedRows: number;
}

/** What a past run did, and how it stands now. */
export interface RunReport extends ReportCommon {
  readonly command: 'report';
  readonly runId: string;
  readonly run: PastRun;
  readonly changes: readonly RunChange[];
  readonly indexes: readonly RunIndex[];
  readonly groups: readonly RunGroups[];
  /** What takes it back; null where nothing is left to take back. */
  readonly undo: string | null;
}

export interface FenceReport extends ReportCommon {
  readonly command: 'fence';
  readonly action: 'list' | 'drop';
  /** For `drop`: those that were taken down. */
  readonly fences: readonly FenceEntry[];
}

export interface CheckUpsertsReport extends ReportCommon {
  readonly command: 'check-upserts';
  /** Source files of known languages that were looked at. */
  readonly files: number;
  readonly upserts: readonly UpsertReport[];
  readonly counts: UpsertCounts;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Folders that were not entered: other people's code, and what a build has written. */
  readonly passedOver: readonly string[];
  /** Migrations and baseline that were written. */
  readonly created: readonly string[];
}

export interface PreflightReport extends ReportCommon {
  readonly command: 'preflight';
  /** Whose migrations they are, and where: `prisma in prisma/migrations`. */
  readonly runner: string;
  readonly migrations: readonly PreflightMigration[];
  /** Those that rows, names or locks could stand in the way of, in the order in which they are run. */
  readonly statements: readonly PreflightStatement[];
  /** Keys that rows break. */
  readonly targets: readonly TargetReport[];
  /** With --repair: what was done before the statements were looked at. */
  readonly repair?: RepairReport;
}

/** Copies that were removed for pending statements; with a dry run, that would be. */
export interface RepairReport {
  readonly dryRun: boolean;
  readonly runId: string | null;
  readonly targets: readonly DedupeTargetReport[];
  readonly plan: readonly PlanReport[];
  /** Statements that cannot be helped before the deploy, with the reason. */
  readonly left: readonly LeftStatement[];
  /** With --build; empty without. */
  readonly builds: readonly EarlyBuild[];
  /** With --keep-fence; empty without. */
  readonly fences: readonly DeployFence[];
}

/** What `init` has recognised, written, and left to be written. */
export interface InitReport extends ReportCommon {
  readonly command: 'init';
  readonly dryRun: boolean;
  readonly found: readonly Recognised[];
  /** Files that were written, or would be. */
  readonly created: readonly string[];
  readonly snippets: readonly Snippet[];
}

/** `new`, `repair`, `baseline`: files or history entries made. */
export interface FilesReport extends ReportCommon {
  readonly command: 'new' | 'repair' | 'baseline';
  readonly created: readonly string[];
}

/** The demo has shown its chapters while it ran; the report is its end. */
export interface DemoReport extends ReportCommon {
  readonly command: 'demo';
  readonly chapters: readonly { readonly title: string; readonly verdict: Verdict }[];
}

/** What a command found or did: rendered in each of the formats of `report`. */
export type Report =
  | FindDuplicatesReport
  | DedupeReport
  | MigrateReport
  | RollbackReport
  | RedoReport
  | StatusReport
  | VerifyReport
  | ArchiveReport
  | RunReport
  | FenceReport
  | CheckUpsertsReport
  | PreflightReport
  | InitReport
  | FilesReport
  | DemoReport;
