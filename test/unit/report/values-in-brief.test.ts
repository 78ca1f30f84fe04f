import { expect, test } from 'vitest';
import { valuesInBrief } from '../../../src/report/values-in-brief.ts';

const LOOK = { width: 80, colour: false, unicode: true, verbose: false, redact: false };

test.each([
  [['Ann', null, 'Ann', 'Bob'], 'Ann, NULL, Bob'],
  [['', 'a\x1bb'], '"", a\\x1bb'],
  [['x'.repeat(30), `${'x'.repeat(24)}y`], `${'x'.repeat(24)}…`],
])('%j are %j', (values, text) => {
  expect(valuesInBrief('name', values, LOOK)).toBe(text);
});

test('their contents are masked on demand, and NULL is not', () => {
  const look = { ...LOOK, unicode: false };
  expect(valuesInBrief('name', ['secret', null], { ...look, redact: true })).toBe('<6 chars>, NULL');
  expect(valuesInBrief('name', ['secret', null], { ...look, redact: ['Name'] })).toBe('<6 chars>, NULL');
  expect(valuesInBrief('name', ['public', null], { ...look, redact: ['other'] })).toBe('public, NULL');
});

test('two that differ are two, though they are of one length', () => {
  expect(valuesInBrief('name', ['Ann', 'Bob', 'Ann'], { ...LOOK, redact: true })).toBe('‹3 chars›, ‹3 chars›');
});
