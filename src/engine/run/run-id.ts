import { randomBytes } from 'node:crypto';

/** Sorts by time and can be typed: `20260131-184502-9f3c`. */
export function newRunId(): string {
  const time = new Date().toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(2).toString('hex')}`;
}
