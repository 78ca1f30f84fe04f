import { readBuildProgress } from '../../catalog/read-build-progress.ts';
import type { IndexBuild } from '../../model/plan.ts';
import type { Session } from '../../session/open-session.ts';
import type { Run } from '../../session/workplace.ts';

const POLL_MS = 500;
/** A shorter build needs no progress, and no session for it. */
const WATCHED_AFTER_MS = 1_000;

/**
 * Reports how far a build is while it runs, from a session of its own: the one that builds says nothing until it is
 * done.
 */
export async function watchBuild<Result>(run: Run, build: IndexBuild, work: () => Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const watching = watch(run, build, over.signal).catch(() => undefined);
  try {
    return await work();
  } finally {
    over.abort();
    await watching;
  }
}

/** The build continues when watching fails. */
async function watch(run: Run, build: IndexBuild, over: AbortSignal): Promise<void> {
  await sleepUnless(over, WATCHED_AFTER_MS);
  if (over.aborted) return;
  const session = await run.openSession(`watching the build of ${build.name}`);
  try {
    let waitedFor = '';
    while (!over.aborted) {
      waitedFor = await reportProgress(run, build, session, waitedFor);
      await sleepUnless(over, POLL_MS);
    }
  } finally {
    await session.close();
  }
}

async function reportProgress(run: Run, build: IndexBuild, session: Session, waitedFor: string): Promise<string> {
  const progress = await readBuildProgress(session, run.session.pid);
  if (!progress) return waitedFor;
  const { blocks, rows, transactions, locker } = progress;
  const title = `building ${build.name}: ${phaseOf(progress.phase)}, `;
  if (transactions.total > 0) {
    if (locker && locker !== waitedFor) {
      run.emit({ kind: 'waiting', message: `the build of ${build.name} waits for older transactions: ${locker}` });
    }
    run.emit({ kind: 'progress', title: `${title}transactions`, ...transactions });
    return locker ?? waitedFor;
  }
  if (blocks.total > 0 && blocks.done < blocks.total) {
    run.emit({ kind: 'progress', title: `${title}blocks`, ...blocks });
  } else if (rows.total > 0) {
    run.emit({ kind: 'progress', title: `${title}rows`, ...rows });
  }
  return '';
}

/** PostgreSQL's own phases, shorter: `building index: scanning table` → `scanning table`. */
function phaseOf(phase: string): string {
  return phase.replace(/^(?:building index|index validation): /, '');
}

async function sleepUnless(over: AbortSignal, milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => {
    if (over.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    over.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      over.removeEventListener('abort', done);
      resolve();
    }
  });
}
