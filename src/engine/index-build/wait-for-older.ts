import { readSnapshotHolders, type SnapshotHolder } from '../../catalog/read-snapshot-holders.ts';
import { MsgdbError } from '../../model/errors.ts';
import { pause } from '../../session/interrupt.ts';
import type { Run } from '../../session/workplace.ts';

const POLL_MS = 100;
/** A wait shorter than this is not worth a line. */
const NOTE_AFTER_MS = 1_000;

/**
 * Waits until every transaction that has a snapshot from before this moment is over. It polls: a session that waited in
 * a statement would have a snapshot itself.
 * @throws MsgdbError MSGDB_LOCK_TIMEOUT when that takes longer than --index-timeout.
 */
export async function waitForOlder(run: Run, what: string): Promise<void> {
  const started = Date.now();
  const { indexTimeoutMs } = run.settings;
  const older = new Set((await readSnapshotHolders(run.session)).map(nameOf));
  let noted = false;
  for (;;) {
    const still = (await readSnapshotHolders(run.session)).filter((each) => older.has(nameOf(each)));
    if (still.length === 0) return;
    const waited = Date.now() - started;
    const names = still.slice(0, 3).map((each) => `pid ${each.pid} (${each.application}, for ${each.seconds} s)`);
    if (indexTimeoutMs > 0 && waited > indexTimeoutMs) throw outOfTime(what, names);
    if (!noted && waited > NOTE_AFTER_MS) {
      run.emit({ kind: 'waiting', message: `waiting for transactions ${what}: ${names.join(', ')}` });
      noted = true;
    }
    await pause(POLL_MS, run.signal);
  }
}

function nameOf({ pid, transaction }: SnapshotHolder): string {
  return `${pid} ${transaction}`;
}

function outOfTime(what: string, names: readonly string[]): MsgdbError {
  return new MsgdbError('MSGDB_LOCK_TIMEOUT', {
    what: `Transactions ${what} were still open after --index-timeout: ${names.join(', ')}.`,
    fix: 'Run the same command again when they have ended, or with a longer --index-timeout.',
  });
}
