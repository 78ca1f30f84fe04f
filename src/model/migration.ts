import { z } from 'zod';
import type { Checksums } from './checksum.ts';
import { MsgdbError } from './errors.ts';
import { dropUniqueKey } from './operations/drop-unique-key.ts';
import { expectIndex } from './operations/expect-index.ts';
import type { Operation } from './operations/index.ts';
import { index } from './operations/index-operation.ts';
import { parseOptions } from './operations/parse-options.ts';
import { relink } from './operations/relink.ts';
import { sql } from './operations/sql-operation.ts';
import { uniqueKey } from './operations/unique-key.ts';

export interface MigrationOptions {
  /** What it does, in one line, for people. */
  readonly summary: string;
  readonly up: readonly Operation[];
}

/** What a migration file exports by default. */
export interface Migration {
  readonly summary: string;
  readonly up: readonly Operation[];
}

/** How far a migration has come, by the history. */
export type MigrationState = 'running' | 'done' | 'failed' | 'rolled back';

/** A migration as it lies in the migrations folder. */
export interface MigrationFile extends Checksums {
  /** File name without its extension: `0001-chat-messages`. */
  readonly name: string;
  readonly path: string;
  readonly migration: Migration;
}

const KINDS: Readonly<Record<Operation['kind'], (options: never) => Operation>> = {
  'unique-key': uniqueKey,
  'drop-unique-key': dropUniqueKey,
  index,
  relink,
  sql,
  'expect-index': expectIndex,
};
const schema = z.strictObject({
  summary: z.string().trim().default(''),
  up: z
    .array(
      z.custom<Operation>(
        (value) => typeof value === 'object' && value !== null && Object.hasOwn(KINDS, (value as Operation).kind),
        'is not an operation; write uniqueKey({ … }), sql({ … }) and so on',
      ),
    )
    .min(1, 'needs at least one operation'),
});

/**
 * Declares a migration: a list of operations that each know how to plan, verify and undo themselves.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when it is not a list of operations.
 */
export function migration(options: MigrationOptions): Migration {
  const { summary, up } = parseOptions('migration', schema, options);
  return Object.freeze({ summary, up: up.map(parseOperation) });
}

/** An operation may be written as a plain object: nothing has looked at it yet. */
function parseOperation({ kind, ...options }: Operation): Operation {
  return KINDS[kind](options as never);
}

/**
 * Parses what a migration file exported by default.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID when there is no migration in it.
 */
export function parseMigration(exported: unknown, path: string): Migration {
  if (typeof exported !== 'object' || exported === null || !('up' in exported)) {
    const kind = exported instanceof Object && 'kind' in exported ? String(exported.kind) : undefined;
    const alone = kind !== undefined && Object.hasOwn(KINDS, kind);
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: alone ? `${path} exports an operation, and no migration.` : `${path} does not export a migration.`,
      why: 'Its default export must be migration({ summary, up: [ … ] }).',
      fix: alone
        ? "Put it into the list `up` of one: export default migration({ summary: '…', up: [ … ] })."
        : 'Write `export default migration({ … })`, or move the file out of the migrations folder.',
    });
  }
  return migration(exported as MigrationOptions);
}
