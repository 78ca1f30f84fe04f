import { MsgdbError } from '../model/errors.ts';
import type { TableName } from '../model/facts.ts';
import { tableLabel } from '../model/table-label.ts';
import { type Blocker, listBlockers, readObstacles } from './blockers.ts';
import { pause } from './interrupt.ts';
import type { Workplace } from './workplace.ts';

const POLL_MS = 500;

/**
 * Looks, before anything is begun, for what a lock or a concurrent build on a table would wait for. It is reported;
 * with `--wait-for-blockers` it is waited for, so that nothing is half done meanwhile.
 * @throws MsgdbError MSGDB_LOCK_TIMEOUT when they are still there after that time.
 */
export async function waitForBlockers(workplace: Workplace, table: TableName): Promise<void> {
  const { session, settings, signal, emit } = workplace;
  const obstacles = await readObstacles(session, table);
  if (obstacles.length === 0) return;
  const { waitForBlockersMs } = settings;
  const label = tableLabel(table);
  if (waitForBlockersMs === 0) {
    const message = `work on ${label} may have to wait for ${listBlockers(obstacles)}`;
    emit({ kind: 'note', message, ...queriesOf(obstacles) });
    return;
  }
  emit({
    kind: 'waiting',
    message: `waiting for ${listBlockers(obstacles)} before ${label} is worked on`,
    table: label,
    ...queriesOf(obstacles),
  });
  const deadline = Date.now() + waitForBlockersMs;
  for (let left = obstacles; left.length > 0; left = await readObstacles(session, table)) {
    if (Date.now() >= deadline) throw stillThere(label, left, waitForBlockersMs);
    await pause(POLL_MS, signal);
  }
}

/** Their statements, for whoever asked for more detail. */
export function queriesOf(blockers: readonly Blocker[]): { readonly queries?: readonly string[] } {
  const queries = blockers.flatMap(({ name, query }) => (query ? [`${name.split(' (')[0]}: ${query}`] : []));
  return queries.length > 0 ? { queries } : {};
}

function stillThere(label: string, left: readonly Blocker[], waitedMs: number): MsgdbError {
  return new MsgdbError('MSGDB_LOCK_TIMEOUT', {
    what: `${label} was not worked on: ${listBlockers(left)} still in the way after ${waitedMs / 1000} s.`,
    why: 'A concurrent build waits for every transaction that is older, and a lock for every one that uses the table.',
    fix: 'End them with select pg_terminate_backend(PID), or wait longer with --wait-for-blockers; then run the same command again.',
  });
}
