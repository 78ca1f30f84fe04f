import { type Queryable, statement } from '../model/statement.ts';
import type { Session } from './open-session.ts';

const TRIES = 3;

/**
 * Does each of two sessions have a server process of its own, and keep it? A pooler in transaction mode gives every
 * transaction the server connection that happens to be free: two sessions are then the same one, or one changes while
 * the other is in a transaction. Its name and version are not asked: behaviour decides.
 */
export async function keepsSession(first: Session, second: Session): Promise<boolean> {
  if (first.pid === second.pid) return false;
  const seen: Promise<boolean>[] = [];
  // What comes after a transaction goes with its COMMIT and the next BEGIN; a transaction is waited for.
  for (let tried = 0; tried < TRIES; tried += 1) {
    const within = first.transaction({ readOnly: true }, async (one) =>
      second.transaction({ readOnly: true }, async (other) => areKept([one, first.pid], [other, second.pid])),
    );
    if (!(await within)) break;
    const after = areKept([first, first.pid], [second, second.pid]);
    // Where the next try fails nobody waits for this one, and a connection that is lost fails both.
    after.catch(() => undefined);
    seen.push(after);
  }
  return seen.length === TRIES && (await Promise.all(seen)).every((kept) => kept);
}

async function areKept(...sessions: readonly (readonly [Queryable, pid: number])[]): Promise<boolean> {
  const kept = await Promise.all(sessions.map(async ([db, pid]) => (await pidOf(db)) === pid));
  return kept.every((each) => each);
}

async function pidOf(db: Queryable): Promise<number> {
  const [row] = await db.query(statement('select pg_catalog.pg_backend_pid() as pid'));
  return Number(row?.pid);
}
