import { z } from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import { statement } from '../../model/statement.ts';
import { quoteName } from '../../sql/quote.ts';
import { pause } from '../run/interrupt.ts';
import type { Run } from '../run/workplace.ts';

const POLL_MS = 500;

/**
 * Waits while a replica is further behind than `--max-replica-lag` allows.
 * @throws MsgdbError MSGDB_PERMISSION_DENIED when the role may not see how far behind replicas are.
 */
export async function awaitReplicas(run: Run): Promise<void> {
  const { maxReplicaLagMs } = run.settings;
  if (maxReplicaLagMs === undefined) return;
  for (let told = false; ; told = true) {
    const lagMs = await readLag(run);
    if (lagMs <= maxReplicaLagMs) return;
    if (!told) {
      const message = `a replica is ${seconds(lagMs)} behind; waiting until it is at most ${seconds(maxReplicaLagMs)}`;
      run.emit({ kind: 'waiting', message });
    }
    await pause(POLL_MS, run.signal);
  }
}

const lagSchema = z.object({ lag_ms: z.coerce.number(), hidden: z.boolean() });

/** To a role without pg_monitor, rows of other roles' connections are there, but empty. */
async function readLag({ session, server }: Run): Promise<number> {
  const [row] = await session.query(
    statement(`
      select coalesce(max(extract(epoch from replay_lag) * 1000), 0) as lag_ms, coalesce(bool_or(state is null), false) as hidden
        from pg_catalog.pg_stat_replication`),
  );
  const { lag_ms, hidden } = lagSchema.parse(row);
  if (!hidden) return lag_ms;
  throw new MsgdbError('MSGDB_PERMISSION_DENIED', {
    what: `The role ${server.user} may not see how far behind replicas are, which --max-replica-lag needs.`,
    fix: `As a superuser: grant pg_monitor to ${quoteName(server.user)}; or leave --max-replica-lag out.`,
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
