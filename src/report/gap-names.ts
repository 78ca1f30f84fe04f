import type { Gap, Growth } from '../model/why.ts';
import { formatTime } from './human/numbers.ts';

/** How far apart two copies arrived that follow each other, for people. */
export const GAP_NAMES: Readonly<Record<Gap, string>> = {
  same: 'the same time',
  '10ms': 'up to 10 ms',
  '1s': 'up to 1 s',
  '1min': 'up to 1 min',
  '1h': 'up to 1 h',
  '1day': 'up to 1 day',
  '30days': 'up to 30 days',
  more: 'longer',
};

/** A period by its beginning, in UTC: `2024-11-18`, `2024-11`. */
export function periodName(from: string, per: Growth['per']): string {
  return formatTime(from).slice(0, { hour: 16, day: 10, week: 10, month: 7, year: 4 }[per]);
}
