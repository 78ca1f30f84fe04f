export const RATE_FORM = 'rows a second such as 5000 or 5000/s';

/** Rows a second, as they are written. Undefined when the text is none. */
export function parseRate(text: string): number | undefined {
  const match = /^([1-9]\d{0,8})(?:\/s)?$/.exec(text.trim());
  return match ? Number(match[1]) : undefined;
}
