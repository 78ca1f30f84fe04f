import { z } from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import { statement } from '../../model/statement.ts';
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
    for (let told = false; ; told = true) {
      const lagMs = await this.#readLag(run);
      if (lagMs <= maxReplicaLagMs) return;
      if (!told) {
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
    return Math.max(seen.lag_ms, oldest ? now - oldest.atMs : 0);
  }
}

const lagSchema = z.object({
  lag_ms: z.coerce.number(),
  hidden: z.boolean(),
  written: z.coerce.number(),
  /** Null without replicas. */
  replayed: z.coerce.number().nullable(),
});

/** To a role without pg_monitor, rows of other roles' connections are there, but empty. */
async function look({ session, server }: Run): Promise<z.infer<typeof lagSchema>> {
  const [row] = await session.query(
    statement(`
      select coalesce(max(extract(epoch from replay_lag) * 1000), 0) as lag_ms,
             coalesce(bool_or(state is null), false) as hidden,
             pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0') as written,
             pg_catalog.pg_wal_lsn_diff(min(replay_lsn), '0/0') as replayed
        from pg_catalog.pg_stat_replication`),
  );
  const seen = lagSchema.parse(row);
  if (!seen.hidden) return seen;
  throw new MsgdbError('MSGDB_PERMISSION_DENIED', {
    what: `The role ${server.user} may not see how far behind replicas are, which --max-replica-lag needs.`,
    fix: `As a superuser: grant pg_monitor to ${quoteName(server.user)}; or leave --max-replica-lag out.`,
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
