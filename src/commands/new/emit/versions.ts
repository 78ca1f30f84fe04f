/** The number of the next migration: in the form of those that are there, and after all of them. */
export function nextVersion(taken: readonly string[], now: Date, otherwise: 'timestamp' | 'sequence'): string {
  const newest = taken.toSorted(byNumber).at(-1);
  if (newest === undefined) return otherwise === 'timestamp' ? timestamp(now) : '0001';
  if (/^(?:19|20)\d{12}$/.test(newest)) return after(newest, timestamp(now));
  if (/^(?:19|20)\d{15}$/.test(newest)) return after(newest, now.toISOString().replaceAll(/\D/g, ''));
  if (newest.length === 13) return after(newest, String(now.getTime()));
  if (newest.length === 10) return after(newest, String(Math.floor(now.getTime() / 1000)));
  return String(BigInt(newest) + 1n).padStart(newest.length, '0');
}

/** `20260131184502`, in UTC. */
export function timestamp(now: Date): string {
  return now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
}

/** What a pattern captures of the paths that it fits. */
export function versionsIn(listing: readonly string[], pattern: RegExp): readonly string[] {
  return listing.flatMap((path) => pattern.exec(path)?.[1] ?? []);
}

/** A clock that is behind a migration that is there would put the new one before it. */
function after(newest: string, now: string): string {
  if (BigInt(now) > BigInt(newest)) return now;
  const moment = momentOf(newest);
  if (moment === undefined) return String(BigInt(newest) + 1n).padStart(newest.length, '0');
  return timestamp(new Date(moment + 1000));
}

function momentOf(version: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(version) ?? [];
  const moment = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return Number.isNaN(moment) || timestamp(new Date(moment)) !== version ? undefined : moment;
}

function byNumber(a: string, b: string): number {
  const [left, right] = [BigInt(a), BigInt(b)];
  return left === right ? a.length - b.length : left < right ? -1 : 1;
}
