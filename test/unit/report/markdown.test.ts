import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import { hostile } from './examples/hostile.ts';
import { incident } from './examples/incident.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';

/** What the form itself writes: its own few tags, and links to its own pages. */
const OWN_TAGS = /^<\/?(?:code|br|sub)>$/;

describe.each(Object.entries({ ...everyReport, incident, hostile }))('the comment of %s', (_name, report) => {
  const text = renderReport(report, 'markdown', plainLook);

  test('has no tag, link or mention but its own', () => {
    expect((text.match(/<[^>]*>/g) ?? []).filter((tag) => !OWN_TAGS.test(tag))).toEqual([]);
    expect(text).not.toMatch(/\]\(/);
    expect(text).not.toMatch(/@(?!\u2060)/);
    expect(text).not.toMatch(/[`$]/);
  });

  test('has no line that a value begins', () => {
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(
        /^(?:$|### |\| |- |Next: <code>|Undo: <code>|Pending: <code>|<sub>|… and |[\d,]+ checks? passed\.)/,
      );
    }
  });

  test('keeps the cells of its tables together', () => {
    let cells = 0;
    for (const line of text.split('\n')) {
      const bars = line.match(/\|/g)?.length ?? 0;
      if (cells > 0 && bars > 0) expect(bars, line).toBe(cells);
      cells = bars;
    }
  });
});

test('says what to act on, what to run next and how to undo it', () => {
  const text = renderReport(incident, 'markdown', plainLook);
  expect(text).toContain('### ⚠️ msgdb dedupe: 2,313 excess rows archived and removed, 1 group left alone');
  expect(text).toContain(
    '| ✅ | <code>chat&#95;messages</code> | <code>wa&#95;message&#95;id</code> | 2,310 | 2,310 | 2,310 | 1,204 |',
  );
  expect(text).toContain('Next: <code>msgdb verify</code>');
  expect(text).toContain('Undo: <code>msgdb archive restore 20241120-080512-7f3a</code>');
});

test('is short enough for a comment, and says what it leaves out', () => {
  const findings = Array.from({ length: 500 }, (_, place) => finding('MSGDB_REFUSED', `${place} ${'x'.repeat(9_000)}`));
  const text = renderReport({ ...examples.init, findings }, 'markdown', plainLook);
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('… the rest is in the other forms');
  const many = findings.map((each) => ({ ...each, message: 'x' }));
  expect(renderReport({ ...examples.init, findings: many }, 'markdown', plainLook)).toContain('- … and 480 more');
});

test('a failure is a comment too', () => {
  const error = new MsgdbError('MSGDB_LOCK_TIMEOUT', { what: 'chat is locked by `app`.' });
  const text = renderError(error, 'markdown', 'migrate', plainLook);
  expect(text).toContain('### ❌ msgdb migrate: ');
  expect(text).toContain('chat is locked by <code>app</code>.');
});
