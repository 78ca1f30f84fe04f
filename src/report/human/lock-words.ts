import type { LockLevel } from '../../model/plan.ts';
import type { Ink, Paint } from './ink.ts';
import type { Span } from './line.ts';

/** What a lock means for the application. Lock levels: PostgreSQL manual, 13.3 Explicit Locking. */
export const LOCK_WORDS: Readonly<Record<LockLevel, string>> = {
  none: 'no lock',
  row: 'locks only the rows it changes',
  'share update exclusive': 'reads and writes go on',
  'share row exclusive': 'writers wait, reads go on',
  'access exclusive': 'readers and writers wait',
};

/** The lock of a step in plain words; what is no known level is shown as it is. */
export function lockSpan(ink: Ink, lock: string): Span {
  return isLockLevel(lock)
    ? { text: LOCK_WORDS[lock], paint: paintOf(ink, lock) }
    : { text: lock, paint: ink.paint.dim };
}

/** The lock by the name that PostgreSQL gives its mode; nothing where there is none on a table. */
export function lockMode(lock: string): string {
  if (lock === 'none') return '';
  return lock === 'row' ? 'ROW EXCLUSIVE' : lock.toUpperCase();
}

function paintOf(ink: Ink, lock: LockLevel): Paint {
  if (lock === 'access exclusive') return ink.paint.wrong;
  return lock === 'share row exclusive' ? ink.paint.attention : ink.paint.dim;
}

export function isLockLevel(lock: string): lock is LockLevel {
  return Object.hasOwn(LOCK_WORDS, lock);
}
