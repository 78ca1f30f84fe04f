import { describe, expect, test } from 'vitest';
import type { Report } from '../../../src/model/report.ts';
import { renderReport } from '../../../src/report/render.ts';
import * as examples from './examples.ts';
import { plainLook } from './examples.ts';

describe('find-duplicates --explain', () => {
  const lines = linesOf(examples.explained, 100);

  test('says what was looked at, and by which column', () => {
    expect(lines).toContain(
      '  looked at  a sample of 10,000 groups · 24,118 rows · largest group 4,711, of which the first 100',
    );
    expect(lines.join(' ')).toMatch(/created_at timestamp with time zone; its default is now\(\).* 12 rows without/s);
  });

  test('draws a bar for each distance, the longest for the most', () => {
    const bars = ['the same time', 'up to 10 ms', 'up to 1 h'].map(
      (name) => /█*$/.exec(lines.find((line) => line.startsWith(`  ${name}`)) ?? '')?.[0].length,
    );
    expect(bars).toEqual([1, 24, 9]);
  });

  test('shows periods without a copy too, three and more in one line', () => {
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}2024-11-04 +0$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}… 3 weeks without +0$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}2024-12-09 +10,000 {2}█{24}$/));
  });

  test('has no bars without a time column, and says what could name one', () => {
    const text = lines.slice(lines.findIndex((line) => line.startsWith('Chat  how'))).join('\n');
    expect(text).toContain('no column says when a row came; name one with --by if there is');
    expect(text).toContain('The copies are alike in every column but the primary key.');
    expect(text).not.toContain('█');
  });
});

describe('find-duplicates --discover', () => {
  const text = linesOf(examples.discovery, 100).join('\n');

  test('gives each key its count and the command to go on with', () => {
    expect(text).toContain(
      'accounts (email)  likely\n  ✓ no duplicates in 12,118 rows: a unique index can be built at once\n',
    );
    expect(text).toContain('  →  msgdb new unique-accounts-email --table accounts --key email\n');
    expect(text).toContain('  ▲ 2,310 excess rows in 1,204 groups of 1,204,331 rows\n');
    expect(text).toContain('  – duplicates not confirmed: not counted within 10 s\n');
  });

  test('promises no index where the partition key is missing', () => {
    expect(text).toContain('  ✓ no duplicates in 9,000 rows\n');
  });

  test('names tables that were not looked at, with the reason', () => {
    expect(text).toContain('  – one, two, three, four, five: it has no statistics: it was never analysed\n');
    expect(text).toContain('    … and 1 more table\n');
  });
});

function linesOf(report: Report, width: number): readonly string[] {
  return renderReport(report, 'human', { ...plainLook, width }).split('\n');
}
