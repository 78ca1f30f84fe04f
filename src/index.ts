/**
 * What a migration file or a program imports from `msgdb`.
 * @module
 */

export { defineConfig, type UserConfig } from './config/define-config.ts';
export type { CodeEntry } from './model/code-entry.ts';
export { CODES, type ErrorCode } from './model/codes.ts';
export { MsgdbError } from './model/errors.ts';
export type { Finding } from './model/finding.ts';
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
export { type Losers, type UniqueKey, type UniqueKeyOptions, uniqueKey } from './model/operations/unique-key.ts';
export type { Report } from './model/report.ts';
