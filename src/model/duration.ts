const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Largest value of PostgreSQL's timeout settings and of a JavaScript timer, which fires at once beyond it. */
const LONGEST_MS = 2_147_483_647;

export const DURATION_FORM = 'a duration such as 500ms, 2s, 1m or 1h (at most 24 days)';

/** Milliseconds of a duration such as `500ms`, `2s`, `1.5m` or `1h`; a bare `0` is zero. Undefined when the text is none. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text.trim());
  if (!match) return text.trim() === '0' ? 0 : undefined;
  const unit = match[2] as keyof typeof MILLISECONDS;
  const ms = Math.round(Number(match[1]) * MILLISECONDS[unit]);
  return ms <= LONGEST_MS ? ms : undefined;
}

/** Why a text is no duration, and what to write instead. */
export function explainDuration(text: string): { readonly why: string; readonly fix: string } {
  const unitMissing = /^\d+$/.test(text.trim());
  return {
    why: unitMissing ? 'A number without a unit could mean seconds or milliseconds.' : 'No other form is understood.',
    fix: unitMissing ? `Write ${text.trim()}s or ${text.trim()}ms.` : 'Write a number and a unit, such as 2s.',
  };
}
