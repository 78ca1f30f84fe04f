import fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { describe, expect, test } from 'vitest';
import { wrap, write } from '../../../src/report/human/line.ts';

const broken = (text: string, width: number) => wrap([{ text }], width).map(write);

describe('a line that does not fit', () => {
  test.each([
    ['at spaces', 'the quick brown fox', 9, ['the quick', 'brown fox']],
    [
      'after an underscore where a word is too long',
      'idx_chat_messages_unique',
      12,
      ['idx_chat_', 'messages_', 'unique'],
    ],
    ['anywhere where there is no better place', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['between characters as people see them', '👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 5, ['👨‍👩‍👧👨‍👩‍👧', '👨‍👩‍👧']],
    ['behind the spaces in front of it', '  one two three', 9, ['  one two', '  three']],
  ])('is broken %s', (_where, text, width, lines) => {
    expect(broken(text, width)).toEqual(lines);
  });

  test('leaves room under its mark', () => {
    const lines = wrap([{ text: '✓ ', mark: true }, { text: 'one two' }], 6);
    expect(lines.map(write)).toEqual(['✓ one', '  two']);
  });

  test('keeps a number with its unit', () => {
    expect(wrap([{ text: 'done in ' }, { text: '1.4 s', whole: true }], 11).map(write)).toEqual(['done in', '1.4 s']);
  });

  test('keeps the colours of its pieces', () => {
    const red = (text: string) => `<${text}>`;
    expect(wrap([{ text: 'a ' }, { text: 'bb cc', paint: red }], 4).map(write)).toEqual(['a <bb>', '<cc>']);
  });

  test('never is wider than asked and loses nothing but spaces, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = broken(text, width);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        const ink = (each: string) => each.replaceAll(' ', '');
        expect(ink(lines.join(''))).toBe(ink(write([{ text }])));
      }),
    );
  });
});
