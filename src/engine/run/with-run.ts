import { explainDenied } from '../../catalog/explain-denied.ts';
import { readServer } from '../../catalog/read-server.ts';
import { readSetting } from '../../catalog/read-settings.ts';
import { refuseForeignObjects } from '../../catalog/schema-owners.ts';
import type { ConnectionTarget } from '../../model/connection.ts';
import type { Listener } from '../../model/event.ts';
import { awaitServer } from '../../session/await-server.ts';
import { type Blocker, listBlockers } from '../../session/blockers.ts';
import { uninterrupted } from '../../session/interrupt.ts';
import { keepsSession } from '../../session/keeps-session.ts';
import { type Author, passOnNotices } from '../../session/notices.ts';
import { openSession, type Session } from '../../session/open-session.ts';
import { behindPooler, takeRunLock } from '../../session/run-lock.ts';
import { catalogFirst } from '../../session/search-path.ts';
import { queriesOf } from '../../session/wait-for-blockers.ts';
import { type EngineSettings, inLane, type Lane, type Run, SCRIPT, type Workplace } from '../../session/workplace.ts';
import { quoteName } from '../../sql/quote.ts';
import { forgetTimeouts, setSearchPath } from '../../sql/script-frame.ts';
import { sweepAll } from '../index-build/leftovers.ts';
import { clearAway, thenClear } from './clear-away.ts';
import { refuseReadOnly } from './may-write.ts';
import { outliveKilled } from './outlive-killed.ts';
import { newRunId } from './run-id.ts';
import { prepareRecord } from './run-record.ts';

/** What is left is not worth more: the next run clears it away. */
const RECONNECT_MS = 30_000;

export interface RunOptions {
  readonly target: ConnectionTarget;
  readonly settings: EngineSettings;
  readonly signal: AbortSignal;
  readonly emit: Listener;
  readonly now: () => Date;
  /** The command, for the record and for application_name. */
  readonly command: string;
}

/** Opens a session for looking, and always closes it. */
export async function withWorkplace<Result>(
  options: RunOptions,
  work: (workplace: Workplace) => Promise<Result>,
): Promise<Result> {
  const { target, settings, signal, emit, now, command } = options;
  const history = settings.historySchema;
  const noticed = (author: Author) => passOnNotices(author, (message) => emit({ kind: 'server-message', message }));
  const session = await awaitServer({ waitMs: settings.waitMs, signal, emit }, async () =>
    openSession(target, { purpose: command, history, signal, onNotice: noticed('msgdb') }),
  );
  try {
    const searchPath = await preferSchema(session, settings.schema);
    const openAnother = async (purpose: string, own = signal): Promise<Session> =>
      openSession(target, {
        purpose: `${command} (${purpose})`,
        history,
        signal: own,
        connecting: signal,
        onNotice: noticed(purpose === SCRIPT ? 'user' : 'msgdb'),
      });
    const server = await readServer(session);
    return await work({ session, server, settings, signal, emit, now, searchPath, openSession: openAnother });
  } catch (error) {
    throw await explainDenied(session, error);
  } finally {
    await session.close();
  }
}

/** Users' own SQL names tables without a schema as well; it finds them where `--schema` says. */
async function preferSchema(session: Session, schema: string): Promise<string | undefined> {
  if (schema === 'public') return undefined;
  return catalogFirst(`${quoteName(schema)}, ${await readSetting(session, 'search_path')}`);
}

/** Holds the run lock while working, and always lets it go. */
export async function withRun<Result>(options: RunOptions, work: (run: Run) => Promise<Result>): Promise<Result> {
  return await withWorkplace(options, async (workplace) => {
    refuseReadOnly(workplace.server);
    const lock = await workplace.openSession('run lock', uninterrupted());
    try {
      if (!(await keepsSession(workplace.session, lock))) throw behindPooler(options.target.hosts);
      await Promise.all([prepareSession(workplace), lock.query(forgetTimeouts()), takeRunLock(lock, workplace)]);
      await refuseForeignObjects(workplace.session);
      const signal = AbortSignal.any([workplace.signal, lock.lost]);
      const run = makeRun({ ...workplace, signal }, options);
      const clear = async (over: Lane) => endRun(inLane(run, over));
      const again = async () => clearAgain(options, clear);
      return await thenClear(
        async () => work(run),
        async () => clearAway({ ...workplace, signal }, lock, { clear, again }),
      );
    } finally {
      await lock.close();
    }
  });
}

/** What holds for the whole of a run, on a connection that is known to be its own. */
async function prepareSession({ session, searchPath }: Pick<Workplace, 'session' | 'searchPath'>): Promise<void> {
  await session.query(forgetTimeouts());
  if (searchPath !== undefined) await session.query(setSearchPath(searchPath));
}

/** The sessions of the run are gone, the debris is not: it is cleared away over others, under the run lock. */
async function clearAgain(options: RunOptions, clear: (over: Lane) => Promise<void>): Promise<void> {
  const settings = { ...options.settings, lockWaitMs: 0, waitMs: 0 };
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(RECONNECT_MS)]);
  await withWorkplace({ ...options, settings, signal }, async (workplace) => {
    const lock = await workplace.openSession('run lock', uninterrupted());
    try {
      await prepareSession(workplace);
      await takeRunLock(lock, { ...workplace, emit: () => undefined });
      await clear(workplace);
    } finally {
      await lock.close();
    }
  });
}

function makeRun(workplace: Workplace, { command, emit }: RunOptions): Run {
  const id = newRunId();
  emit({ kind: 'run-started', runId: id });
  async function openPrepared(purpose: string, signal = workplace.signal): Promise<Session> {
    const own = await workplace.openSession(purpose, signal);
    try {
      await prepareSession({ session: own, searchPath: workplace.searchPath });
      return own;
    } catch (error) {
      await own.close();
      throw error;
    }
  }
  return { ...workplace, id, record: prepareRecord(id, command), built: new Set(), openSession: openPrepared };
}

/** The end of a run, over the session that is there by then. */
async function endRun(run: Run): Promise<void> {
  const unfinished = await outliveKilled(run);
  await sweepAll(run);
  if (unfinished.length > 0) noteUnfinished(run, unfinished);
  await run.record.close(run);
}

function noteUnfinished({ emit, settings }: Workplace, unfinished: readonly Blocker[]): void {
  const message = `work tables in schema ${settings.historySchema}, or an index made for the time of a run, may be left, and the next run removes them: the server is still working for a run that was killed: ${listBlockers(unfinished)}`;
  emit({ kind: 'note', message, ...queriesOf(unfinished) });
}
