import { hasLeftovers } from '../../engine/index-build/leftovers.ts';
import { readOnly } from '../../session/read-only.ts';
import { isRunLockHeld } from '../../session/run-lock.ts';
import type { Context } from './context.ts';
import { connectAnyTime, connectToRead } from './with-database.ts';

/**
 * Where a command has nothing to do: clears away what a run left that was killed after its last change. The end of a run
 * does so; while another one is at work, what is there is that run's.
 */
export async function sweepAbandoned(context: Context, command: string): Promise<void> {
  const abandoned = await connectToRead(context, command, async (workplace) => {
    if (workplace.server.standby || workplace.server.readOnly) return false;
    return await readOnly(workplace, async (db) => (await hasLeftovers(db)) && !(await isRunLockHeld(db)));
  });
  if (abandoned) await connectAnyTime(context, command, async () => undefined);
}
