/**
 * What a migration file or a program imports from `msgdb`.
 * @module
 */

export { defineConfig, type UserConfig } from './config/define-config.ts';
export { assertRules } from './library/assert-rules.ts';
export { createMsgdb } from './library/create-msgdb.ts';
export { type ExpectUpsertOptions, expectUpsert } from './library/expect-upsert.ts';
export type { AppliedOperation, EventListener, EventSource, Msgdb, Running } from './library/msgdb.ts';
export type {
  ApplyOptions,
  CallOptions,
  CheckUpsertsOptions,
  DedupeOptions,
  DropFencesOptions,
  FindDuplicatesOptions,
  MigrateOptions,
  MsgdbOptions,
  PreflightOptions,
  RollbackOptions,
  RuleOptions,
  VerifyOptions,
} from './library/options.ts';
export type { CodeEntry } from './model/code-entry.ts';
export { CODES, type ErrorCode } from './model/codes.ts';
export { MsgdbError } from './model/errors.ts';
export type { RunEvent, ServerMessage } from './model/event.ts';
export type { Finding } from './model/finding.ts';
export type { FenceEntry, FenceState } from './model/kept-fence.ts';
export { type Migration, type MigrationOptions, migration } from './model/migration.ts';
export type {
  KeyPart,
  Limit,
  MergeStrategy,
  Nulls,
  OnCollision,
  OnDiffer,
  Reference,
  Value,
} from './model/operations/common.ts';
export { type DropUniqueKey, type DropUniqueKeyOptions, dropUniqueKey } from './model/operations/drop-unique-key.ts';
export { type ExpectIndex, type ExpectIndexOptions, expectIndex } from './model/operations/expect-index.ts';
export type { Operation } from './model/operations/index.ts';
export { type IndexOperation, type IndexOptions, index } from './model/operations/index-operation.ts';
export type { KeepTerm } from './model/operations/keep.ts';
export { type Relink, type RelinkOptions, relink } from './model/operations/relink.ts';
export { type SqlOperation, type SqlOptions, sql } from './model/operations/sql-operation.ts';
export {
  type CopyOptions,
  type Losers,
  type UniqueKey,
  type UniqueKeyOptions,
  uniqueKey,
} from './model/operations/unique-key.ts';
export type { AppliedMigration, PlanReport, PlanStepReport, StepReport } from './model/plan-report.ts';
export type {
  DeployFence,
  EarlyBuild,
  LeftStatement,
  PreflightMigration,
  PreflightStatement,
} from './model/preflight-report.ts';
export type {
  Check,
  CheckUpsertsReport,
  DedupeReport,
  FenceReport,
  FindDuplicatesReport,
  MigrateReport,
  PreflightReport,
  RepairReport,
  Report,
  RollbackReport,
  Verdict,
  VerifyReport,
} from './model/report.ts';
export type { DedupeTargetReport, TargetReport } from './model/target-report.ts';
export type { UpsertReport } from './model/upsert-report.ts';
export type { Published } from './report/json.ts';
