import { type Replication, readReplication } from '../../catalog/read-replication.ts';
import { MsgdbError } from '../../model/errors.ts';
import { pause } from '../../session/interrupt.ts';
import type { Run } from '../../session/workplace.ts';
import { quoteName } from '../../sql/quote.ts';

const POLL_MS = 500;

/** A point of the write-ahead log, and when it was the last one. */
interface Mark {
  readonly atMs: number;
  readonly position: number;
}

/**
 * How far behind replicas are, for `--max-replica-lag`. PostgreSQL's own replay_lag stays empty while a standby that had
 * caught up replays nothing (14 to 18), so the time since a position was written and not replayed counts as well.
 */
export class Replicas {
  #marks: readonly Mark[] = [];

  /**
   * Waits while a replica is further behind than allowed.
   * @throws MsgdbError MSGDB_PERMISSION_DENIED when the role may not see how far behind replicas are.
   */
  async await(run: Run): Promise<void> {
    const { maxReplicaLagMs } = run.settings;
    if (maxReplicaLagMs === undefined) return;
    for (let noted = false; ; noted = true) {
      const lagMs = await this.#readLag(run);
      if (lagMs <= maxReplicaLagMs) return;
      if (!noted) {
        const message = `a replica is ${seconds(lagMs)} behind; waiting until it is at most ${seconds(maxReplicaLagMs)}`;
        run.emit({ kind: 'waiting', message });
      }
      await pause(POLL_MS, run.signal);
    }
  }

  async #readLag(run: Run): Promise<number> {
    const seen = await look(run);
    if (seen.replayed === null) return 0;
    const { replayed } = seen;
    const now = performance.now();
    this.#marks = [...this.#marks, { atMs: now, position: seen.written }].filter((mark) => mark.position > replayed);
    const [oldest] = this.#marks;
    return Math.max(seen.lagMs, oldest ? now - oldest.atMs : 0);
  }
}

async function look({ session, server }: Run): Promise<Replication> {
  const seen = await readReplication(session);
  if (!seen.hidden) return seen;
  throw new MsgdbError('MSGDB_PERMISSION_DENIED', {
    what: `The role ${server.user} may not see how far behind replicas are, which --max-replica-lag needs.`,
    fix: `As a superuser: grant pg_monitor to ${quoteName(server.user)}; or leave --max-replica-lag out.`,
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
