import type { Umzug } from 'umzug';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';

/** What umzug is given to drive: the files, what has been done, and how one is done or undone. */
export interface Drive {
  readonly files: readonly MigrationFile[];
  /** Names of the migrations that are done, read again each time: the doing itself records them. */
  readonly done: () => Promise<readonly string[]>;
  readonly apply: (file: MigrationFile) => Promise<void>;
  readonly undo: (file: MigrationFile) => Promise<void>;
}

/**
 * Applies migrations by name, in order. umzug orders and drives them; locking, transactions, checksums and the history
 * are ours (it has none of them), so its storage only reads.
 * @throws MsgdbError MSGDB_VERIFY_FAILED when afterwards the history is not what was asked for.
 */
export async function applyMigrations(drive: Drive, names: readonly string[]): Promise<void> {
  await unwrapped(async () => (await umzugFor(drive)).up({ migrations: [...names], rerun: 'SKIP' }));
  const done = await drive.done();
  await assertState(
    names.filter((name) => !done.includes(name)),
    'applied',
  );
}

/** Undoes migrations by name, newest first. */
export async function undoMigrations(drive: Drive, names: readonly string[]): Promise<void> {
  await unwrapped(async () => (await umzugFor(drive)).down({ migrations: [...names], rerun: 'SKIP' }));
  const done = await drive.done();
  await assertState(
    names.filter((name) => done.includes(name)),
    'rolled back',
  );
}

/** Loaded when it is used: with its own command line it takes as long to load as the rest of the program. */
async function umzugFor(drive: Drive): Promise<Umzug> {
  const { Umzug } = await import('umzug');
  return new Umzug({
    migrations: drive.files.map((file) => ({
      name: file.name,
      up: async () => drive.apply(file),
      down: async () => drive.undo(file),
    })),
    storage: {
      executed: async () => [...(await drive.done())],
      logMigration: async () => undefined,
      unlogMigration: async () => undefined,
    },
    logger: undefined,
  });
}

/** umzug wraps what a migration throws; its cause is what happened. */
async function unwrapped(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    throw cause instanceof MsgdbError ? cause : error;
  }
}

async function assertState(wrong: readonly string[], wanted: string): Promise<void> {
  if (wrong.length === 0) return;
  throw new MsgdbError('MSGDB_VERIFY_FAILED', {
    what: `The history does not have ${wrong.join(', ')} as ${wanted} after the run.`,
  });
}
