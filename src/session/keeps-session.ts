import { statement } from '../model/statement.ts';
import type { Session } from './open-session.ts';

const TRIES = 3;

/**
 * Does each of two sessions have a server process of its own, and keep it? A pooler in transaction mode gives every
 * transaction the server connection that happens to be free: two sessions are then the same one, or one changes while
 * the other is in a transaction. Its name and version are not asked: behaviour decides.
 */
export async function keepsSession(first: Session, second: Session): Promise<boolean> {
  if (first.pid === second.pid) return false;
  for (const [busy, other] of Array.from({ length: TRIES }, () => [
    [first, second],
    [second, first],
  ]).flat() as [Session, Session][]) {
    const kept = await busy.transaction({ readOnly: true }, async () => (await pidOf(other)) === other.pid);
    if (!kept || (await pidOf(busy)) !== busy.pid) return false;
  }
  return true;
}

async function pidOf(session: Session): Promise<number> {
  const [row] = await session.query(statement('select pg_catalog.pg_backend_pid() as pid'));
  return Number(row?.pid);
}
