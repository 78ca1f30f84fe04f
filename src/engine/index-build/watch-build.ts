import { z } from 'zod';
import type { IndexBuild } from '../../model/plan.ts';
import { statement } from '../../model/statement.ts';
import type { Session } from '../../session/open-session.ts';
import type { Run } from '../../session/workplace.ts';

const POLL_MS = 500;
/** A build shorter than this needs nobody to watch it, nor a session more. */
const WATCHED_AFTER_MS = 1_000;

const progressSchema = z.object({
  phase: z.string(),
  blocks_total: z.coerce.number(),
  blocks_done: z.coerce.number(),
  tuples_total: z.coerce.number(),
  tuples_done: z.coerce.number(),
  lockers_total: z.coerce.number(),
  lockers_done: z.coerce.number(),
  locker: z.string().nullable(),
});

/** Tells how far a build is while it runs, from a session of its own: the one that builds says nothing until it is done. */
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

/** Whatever goes wrong with watching, the build goes on. */
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
  const [raw] = await session.query(readProgress(run.session.pid));
  if (!raw) return waitedFor;
  const row = progressSchema.parse(raw);
  const title = `building ${build.name}: ${phaseOf(row.phase)}, `;
  if (row.lockers_total > 0) {
    if (row.locker && row.locker !== waitedFor) {
      run.emit({ kind: 'waiting', message: `the build of ${build.name} waits for older transactions: ${row.locker}` });
    }
    run.emit({ kind: 'progress', title: `${title}transactions`, done: row.lockers_done, total: row.lockers_total });
    return row.locker ?? waitedFor;
  }
  if (row.blocks_total > 0 && row.blocks_done < row.blocks_total) {
    run.emit({ kind: 'progress', title: `${title}blocks`, done: row.blocks_done, total: row.blocks_total });
  } else if (row.tuples_total > 0) {
    run.emit({ kind: 'progress', title: `${title}rows`, done: row.tuples_done, total: row.tuples_total });
  }
  return '';
}

function readProgress(pid: number) {
  return statement(
    `
      select p.phase, p.blocks_total, p.blocks_done, p.tuples_total, p.tuples_done, p.lockers_total, p.lockers_done,
             format('pid %s (%s, for %s s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'),
                    extract(epoch from clock_timestamp() - a.xact_start)::bigint) as locker
        from pg_catalog.pg_stat_progress_create_index p
        left join pg_catalog.pg_stat_activity a on a.pid = nullif(p.current_locker_pid, 0)
       where p.pid = $1::text::integer`,
    [pid],
  );
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
