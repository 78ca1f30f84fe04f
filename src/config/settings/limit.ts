import type { Limit } from '../../model/operations/common.ts';

export const LIMIT_FORM = 'a count of rows such as 1000, or a share of them such as 5%';

/** `1000` is a count of rows, `5%` a share; undefined when the text is neither. */
export function parseLimit(text: string): Limit | undefined {
  const match = /^(\d+)$|^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  if (match?.[1] !== undefined && Number.isSafeInteger(Number(match[1]))) return { losers: Number(match[1]) };
  if (match?.[2] !== undefined && Number(match[2]) <= 100) return { share: Number(match[2]) / 100 };
  return undefined;
}
