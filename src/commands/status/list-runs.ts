import { readLedger } from '../../catalog/read-ledger.ts';
import { type RunRow, readRuns } from '../../catalog/read-runs.ts';
import { describeDone } from '../../engine/migrations/describe-done.ts';
import type { Queryable } from '../../model/statement.ts';
import type { RunStatus } from '../../model/status-report.ts';
import { isRunLockHeld } from '../../session/run-lock.ts';

/** The latest runs with what each changed, the newest first. */
export async function listRuns(db: Queryable, most: number): Promise<readonly RunStatus[]> {
  const rows = await readRuns(db, most);
  const atWork = rows.some(({ durationMs }) => durationMs === undefined) && (await isRunLockHeld(db));
  const listed: RunStatus[] = [];
  for (const [place, row] of rows.entries()) {
    const { id: runId, command, startedAt, durationMs, by, version } = row;
    // One at a time works: only the newest can be the one that does.
    const open = atWork && place === 0 ? 'running' : 'interrupted';
    const state = durationMs === undefined ? open : 'ended';
    const changed = await describeChanges(db, row);
    listed.push({ runId, command, startedAt, durationMs: durationMs ?? null, by, version, state, changed });
  }
  return listed;
}

async function describeChanges(db: Queryable, { id, migrations }: RunRow): Promise<string> {
  const done = describeDone(await readLedger(db, { ofRun: id }));
  const states = migrations.map(({ name, state }) => `${name} ${state === 'done' ? 'applied' : state}`);
  return [...states, ...(done === '' ? [] : [done])].join(', ');
}
