import { expect } from 'vitest';
import type { ErrorCode } from '../../src/model/codes.ts';
import type { Finding } from '../../src/model/finding.ts';

/** A refusal as a table of cases names it: its code, and parts of its message and its fix. */
export type Refused = readonly [code: ErrorCode, ...parts: readonly string[]];

/** These findings and no others, in this order. */
export function expectRefusals(found: readonly Finding[], expected: readonly Refused[]): void {
  expect(found.map(({ code }) => code)).toEqual(expected.map(([code]) => code));
  for (const [place, [, ...parts]] of expected.entries()) {
    for (const part of parts) expect(`${found[place]?.message} ${found[place]?.fix}`).toContain(part);
  }
}
