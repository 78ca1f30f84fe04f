import { MsgdbError } from '../../model/errors.ts';

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Largest value of PostgreSQL's timeout settings and of a JavaScript timer, which fires at once beyond it. */
const LONGEST_MS = 2_147_483_647;

export const DURATION_FORM = 'a duration such as 500ms, 2s, 1m or 1h (at most 24 days)';

/**
 * Milliseconds of a duration such as `500ms`, `2s`, `1.5m` or `1h`; a bare `0` is zero.
 * @param name what the value belongs to, for the message: `--lock-wait`.
 * @throws MsgdbError MSGDB_USAGE when it is anything else, a number without a unit included.
 */
export function parseDuration(text: string, name = 'The duration'): number {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  const unitMissing = /^\d+$/.test(text.trim());
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${name} is "${text}", which is not ${DURATION_FORM}.`,
    why: unitMissing ? 'A number without a unit could mean seconds or milliseconds.' : 'No other form is understood.',
    fix: unitMissing ? `Write ${text.trim()}s or ${text.trim()}ms.` : 'Write a number and a unit, such as 2s.',
  });
}

/** The same without an error: undefined when the text is not a duration. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text.trim());
  if (!match) return text.trim() === '0' ? 0 : undefined;
  const unit = match[2] as keyof typeof MILLISECONDS;
  const ms = Math.round(Number(match[1]) * MILLISECONDS[unit]);
  return ms <= LONGEST_MS ? ms : undefined;
}
