import { startEmbedded } from '../../embedded/index.ts';
import { type RunOptions, withRun, withWorkplace } from '../../engine/run/with-run.ts';
import type { ConnectionTarget } from '../../model/connection.ts';
import { refuseOutsideWindow } from '../../session/keep-to-window.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import type { Context } from './context.ts';
import { noteUnknownColumns } from './note-unknown-columns.ts';

/** Connects for looking. */
export async function connectToRead<Result>(
  context: Context,
  command: string,
  work: (workplace: Workplace) => Promise<Result>,
): Promise<Result> {
  return await withTarget(context, async (target) =>
    withWorkplace(optionsOf(context, target, command), async (workplace) => {
      await noteUnknownColumns(context, workplace);
      return await work(workplace);
    }),
  );
}

/**
 * Connects for changing: one run at a time, in the hours of --window.
 * @throws MsgdbError MSGDB_WINDOW_CLOSED
 */
export async function connectToChange<Result>(
  context: Context,
  command: string,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  refuseOutsideWindow({ window: context.settings.window, now: context.now });
  return await withTarget(context, async (target) =>
    withRun(optionsOf(context, target, command), async (run) => {
      await noteUnknownColumns(context, run);
      return await work(run);
    }),
  );
}

/** The same at any time of day: for what undoes, clears away, or changes the history alone. */
export async function connectAnyTime<Result>(
  context: Context,
  command: string,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  const settings = { ...context.settings, window: 'always' as const };
  return await connectToChange({ ...context, settings }, command, work);
}

/** The database of a command, without secrets, for its report. */
export function databaseLabel({ database }: Context): string | undefined {
  if (database.kind === 'url') return database.target.label;
  return database.kind === 'embedded' ? `embedded in ${database.directory}` : undefined;
}

/** Gives the target of the database that was chosen, with the embedded server running meanwhile. */
async function withTarget<Result>(
  { database, signal, env }: Context,
  work: (target: ConnectionTarget) => Promise<Result>,
): Promise<Result> {
  if (database.kind === 'none') throw database.error;
  if (database.kind === 'url') return await work(database.target);
  const server = await startEmbedded({ directory: database.directory, signal, env });
  try {
    return await work(server.target);
  } finally {
    await server.stop();
  }
}

function optionsOf(context: Context, target: ConnectionTarget, command: string): RunOptions {
  const { settings, signal, emit, now } = context;
  return { target, settings, signal, emit, now, command };
}
