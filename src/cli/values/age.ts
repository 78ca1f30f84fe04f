import { MsgdbError } from '../../model/errors.ts';

const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_557_600_000 } as const;

/**
 * Milliseconds of an age such as `12h`, `30d`, `2w` or `1y`. Unlike a duration it may be long: nothing waits for it.
 * @throws MsgdbError MSGDB_USAGE when it is anything else, a number without a unit included.
 */
export function parseAge(flag: string, text: string): number {
  const match = /^(\d{1,6})\s*([mhdwy])$/.exec(text.trim());
  if (match) return Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
  if (text.trim() === '0') return 0;
  const unitMissing = /^\d+$/.test(text.trim());
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is "${text}", which is not an age such as 12h, 30d, 2w or 1y.`,
    why: unitMissing ? 'A number without a unit could mean hours or days.' : 'No other form is understood.',
    fix: unitMissing ? `Write ${text.trim()}d for days.` : `Write it like ${flag} 30d.`,
  });
}
