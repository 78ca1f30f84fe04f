import type { Umzug } from 'umzug';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Run } from '../../session/workplace.ts';
import { type Ended, HistoryStorage } from './history-storage.ts';

/** What umzug is given to drive: the files, and how one of them is done, or undone. */
export interface Drive {
  readonly run: Run;
  readonly files: readonly MigrationFile[];
  readonly work: (file: MigrationFile) => Promise<Ended>;
}

/**
 * Applies migrations by name, in order. umzug orders and drives them, and records them in the history, which is its storage;
 * locking, transactions and checksums are ours (it has none of them).
 * @throws MsgdbError MSGDB_VERIFY_FAILED when afterwards the history is not what was asked for.
 */
export async function applyMigrations(drive: Drive, names: readonly string[]): Promise<void> {
  const storage = new HistoryStorage(drive.run, ({ state }) => state === 'done');
  await unwrapped(async () => (await umzugFor(drive, storage)).up({ migrations: [...names], rerun: 'SKIP' }));
  const done = await storage.executed();
  await assertState(
    names.filter((name) => !done.includes(name)),
    'applied',
  );
}

/** Undoes migrations by name, newest first. One that failed or was interrupted is undone as far as it came. */
export async function undoMigrations(drive: Drive, names: readonly string[]): Promise<void> {
  const storage = new HistoryStorage(drive.run, ({ state }) => state !== 'rolled back');
  await unwrapped(async () => (await umzugFor(drive, storage)).down({ migrations: [...names], rerun: 'SKIP' }));
  const done = await storage.executed();
  await assertState(
    names.filter((name) => done.includes(name)),
    'rolled back',
  );
}

/** Loaded when it is used: with its own command line it takes as long to load as the rest of the program. */
async function umzugFor({ files, work }: Drive, storage: HistoryStorage): Promise<Umzug> {
  const { Umzug } = await import('umzug');
  const migrations = files.map((file) => {
    const doIt = async (): Promise<void> => storage.end(await work(file));
    return { name: file.name, up: doIt, down: doIt };
  });
  return new Umzug({ migrations, storage, logger: undefined });
}

/** umzug wraps what a migration throws; its cause is what happened. */
async function unwrapped(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    throw cause instanceof MsgdbError && !(error instanceof MsgdbError) ? cause : error;
  }
}

async function assertState(wrong: readonly string[], wanted: string): Promise<void> {
  if (wrong.length === 0) return;
  throw new MsgdbError('MSGDB_VERIFY_FAILED', {
    what: `The history does not have ${wrong.join(', ')} as ${wanted} after the run.`,
  });
}
