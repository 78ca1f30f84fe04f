import { expect, test } from 'vitest';
import { valuesInBrief } from '../../../src/report/values-in-brief.ts';

const LOOK = { width: 80, colour: false, unicode: true, verbose: false, redact: false };

test.each([
  [['Ann', null, 'Ann', 'Bob'], 'Ann, NULL, Bob'],
  [['', 'a\x1bb'], '"", a\\x1bb'],
  [['x'.repeat(30), `${'x'.repeat(24)}y`], `${'x'.repeat(24)}…`],
])('%j are %j', (values, text) => {
  expect(valuesInBrief(values, LOOK)).toBe(text);
});

test('their contents are masked on demand, and NULL is not', () => {
  expect(valuesInBrief(['secret', null], { ...LOOK, redact: true, unicode: false })).not.toContain('secret');
});
