import type { z } from 'zod';
import type { Context } from '../commands/context/context.ts';
import { MsgdbError } from '../model/errors.ts';
import type { Operation } from '../model/operations/index.ts';
import type { Report } from '../model/report.ts';
import type { CALLS, CallName } from './parse-call.ts';
import { readRepair } from './read-repair.ts';

/** What a call is done with. */
export interface Work<Name extends CallName> {
  readonly context: Context;
  readonly options: z.output<(typeof CALLS)[Name]>;
  /** Those of `apply` and `revert`. */
  readonly operations: readonly Operation[];
  readonly given: GivenPlaces;
}

/** Places that the caller has named. */
export interface GivenPlaces {
  readonly cwd: boolean;
  readonly migrationsDir: boolean;
}

/** Each call is a command, as the program runs it; it is loaded when it is used. */
export const PERFORM: { readonly [Name in CallName]: (work: Work<Name>) => Promise<Report> } = {
  migrate: async ({ context, options: { dryRun, to, only, allowOutOfOrder }, given }) => {
    needMigrations(given);
    const { migrate } = await import('../commands/migrate/migrate.ts');
    if (to !== undefined && only !== undefined) throw twoExtents();
    return await migrate(context, { dryRun, to, only, allowOutOfOrder });
  },
  rollback: async ({ context, options: { dryRun, to, step }, given }) => {
    needMigrations(given);
    if (to !== undefined && step !== undefined) throw twoEnds();
    const { rollback } = await import('../commands/rollback/rollback.ts');
    return await rollback(context, { dryRun, to, step });
  },
  verify: async ({ context, options: { rule, heap, race }, given }) => {
    if (!rule) needMigrations(given);
    const { verify } = await import('../commands/verify/verify.ts');
    return await verify(context, { rule, heap, race });
  },
  findDuplicates: async ({ context, options: { rule, samples, explain }, given }) => {
    if (!rule) needMigrations(given);
    const { findDuplicates } = await import('../commands/find-duplicates/find-duplicates.ts');
    const why = explain === true ? { by: undefined } : explain === false ? undefined : { by: explain.by };
    return await findDuplicates(context, { rule, samples, explain: why });
  },
  dedupe: async ({ context, options: { rule, samples, dryRun }, given }) => {
    if (!rule) needMigrations(given);
    const { dedupe } = await import('../commands/dedupe/dedupe.ts');
    return await dedupe(context, { rule, samples, dryRun, yes: true });
  },
  checkUpserts: async ({ context, options, given }) => {
    const { sql, paths, schemaFile, withPending, strict, baseline } = options;
    if (sql === undefined && !given.cwd) throw noSource('checkUpserts');
    if (withPending) needMigrations(given);
    const { checkUpserts } = await import('../commands/check-upserts/check-upserts.ts');
    const how = { schemaFile, withPending, strict, baseline, updateBaseline: false, writeMigrations: false };
    return await checkUpserts(context, { sql, paths, ...how });
  },
  preflight: async ({ context, options: { sql, repair, dryRun, build, keepFence, ...how }, given }) => {
    if (sql === undefined && !given.cwd) throw noSource('preflight');
    const wish = readRepair({ repair, dryRun, build, keepFence });
    const { preflight } = await import('../commands/preflight/preflight.ts');
    return await preflight(context, { ...how, input: sql, repair: wish });
  },
  dropFences: async ({ context, options: { table } }) => {
    const { fenceDrop } = await import('../commands/fence/fence-drop.ts');
    return await fenceDrop(context, { table });
  },
  apply: async ({ context, options: { dryRun }, operations }) => {
    const { applyDeclared } = await import('../commands/migrate/apply-declared.ts');
    return await applyDeclared(context, { operations, dryRun });
  },
  revert: async ({ context, options: { dryRun }, operations }) => {
    const { revertDeclared } = await import('../commands/rollback/revert-declared.ts');
    return await revertDeclared(context, { operations, dryRun });
  },
};

function needMigrations({ cwd, migrationsDir }: GivenPlaces): void {
  if (cwd || migrationsDir) return;
  throw new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: 'createMsgdb names no folder of migrations.',
    why: 'This call works on the rules of the migrations, and the library does not read process.cwd() by itself.',
    fix: 'Add migrationsDir (an absolute path), or cwd, to createMsgdb; or give the call a rule of its own.',
    data: { keys: ['migrationsDir'] },
  });
}

function noSource(call: CallName): MsgdbError {
  return new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${call}() has no folder in which the files are.`,
    why: 'createMsgdb names no cwd, and the library does not read process.cwd() by itself.',
    fix: `Add cwd: process.cwd() or cwd: new URL('.', import.meta.url) to createMsgdb, or give ${call}() an sql text.`,
    data: { keys: ['cwd'] },
  });
}

function twoExtents(): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: 'migrate() is given both to and only.',
    why: 'to applies all migrations up to one, only applies that one alone.',
    fix: 'Leave to out for that migration alone, or only for all up to it.',
  });
}

function twoEnds(): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: 'rollback() is given both to and step.',
    why: 'Each says where the rollback ends.',
    fix: 'Leave step out to undo down to a migration, or to, to undo a number of migrations.',
  });
}
