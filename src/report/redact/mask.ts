import { countOf } from '../../model/count-of.ts';

/** Replaces a value: `‹12 chars›`. */
export type Mask = (value: string) => string;

export const maskValue: Mask = (value) => `‹${lengthOf(value)}›`;
export const maskValueInAscii: Mask = (value) => `<${lengthOf(value)}>`;

/**
 * The same, with a number behind values that occur more than once in what is redacted: what is equal is still seen to be.
 * `redact` does it with a mask, in the same order each time.
 */
export function redactWithNumbers<Shown>(redact: (mask: Mask) => Shown, mask: Mask): Shown {
  const seen = new Map<string, number>();
  redact((value) => {
    seen.set(value, (seen.get(value) ?? 0) + 1);
    return mask(value);
  });
  const repeated = [...seen].filter(([, times]) => times > 1).map(([value]) => value);
  const numbers = new Map(repeated.map((value, place) => [value, place + 1]));
  return redact((value) => {
    const number = numbers.get(value);
    return number === undefined ? mask(value) : `${mask(value).slice(0, -1)} #${number}${mask(value).slice(-1)}`;
  });
}

function lengthOf(value: string): string {
  return countOf([...value].length, 'char');
}
