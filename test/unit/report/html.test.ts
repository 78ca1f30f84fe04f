import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import type { Report } from '../../../src/model/report.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import { hostile } from './examples/hostile.ts';
import { incident } from './examples/incident.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';

const page = (report: Report, redact = false): string => renderReport(report, 'html', { ...plainLook, redact });

/** What a person reads, with the marks of `ins` and `del` for what the page marks. */
function words(html: string): string {
  return html
    .replace(/<(script|style)\b.*?<\/\1>/gs, '')
    .replace(/<mark[^>]*>/g, '[')
    .replace(/<\/mark>/g, ']')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/&(lt|gt|quot|amp);/g, (_, name) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[String(name)] ?? '')
    .replace(/\s+/g, ' ');
}

function dataIn(html: string): unknown {
  return JSON.parse(/<script type="application\/json" id="msgdb-report">(.*?)<\/script>/s.exec(html)?.[1] ?? '');
}

describe.each(Object.entries({ ...everyReport, incident, hostile }))('the page of %s', (_name, report) => {
  const html = page(report);

  test('is one file: nothing in it is loaded from anywhere, and its policy forbids it', () => {
    expect(html).not.toMatch(/<(?:link|img|iframe|object|embed|base|video|audio|source|use)\b|@import|url\(/i);
    expect(html.replace(/<script type="application\/json".*?<\/script>/s, '')).not.toMatch(/\s(?:src|href)="(?!#)/);
    expect(html).toContain(`content="default-src 'none';`);
  });

  test('has no script, style or handler but its own', () => {
    expect(html.match(/<script\b/g)).toHaveLength(2);
    expect(html.match(/<style\b/g)).toHaveLength(1);
    expect(html.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\s(?:on\w+|style)=/i);
  });

  test('has the report as the JSON form has it', () => {
    expect(dataIn(html)).toEqual(JSON.parse(renderReport(report, 'json', plainLook)));
  });

  test('names each of its sections in the contents, under an id of its own', () => {
    const ids = [...html.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    if (ids.length > 1) expect([...html.matchAll(/<li><a href="#([^"]+)"/g)].map(([, id]) => id)).toEqual(ids);
  });

  test('says the verdict, the summary and what to run next', () => {
    const text = words(html);
    expect(text).toContain({ ok: 'OK', findings: 'Findings', failed: 'Failed' }[report.verdict]);
    if (report !== hostile) expect(text).toContain(report.summary);
    if (report.next && report !== hostile) expect(text).toContain(report.next);
  });

  test('redacted, has no row contents in its data either', () => {
    expect(dataIn(page(report, true))).toEqual(
      JSON.parse(renderReport(report, 'json', { ...plainLook, redact: true })),
    );
  });
});

test('copies stand side by side, with what differs from the survivor marked', () => {
  const text = words(page(incident));
  expect(text).toContain('Column ★ survivor copy 2 copy 3');
  expect(text).toMatch(/differs: +status delivered \[sent\] \[sent\]/);
  expect(text).toMatch(/delivered_at 2024-11-02 10:15:31\+00 \[ ?NULL ?\] \[ ?NULL ?\]/);
  // Only the last character is missing.
  expect(text).toContain('pela preferência[ (text is missing here) ]');
  expect(text).toContain('… and 2 more copies');
});

test('a long value is cut around what differs in it, and its length told', () => {
  const long = (middle: string): string => `${'a'.repeat(3_000)}${middle}${'b'.repeat(3_000)}`;
  const samples = [{ key: { k: '1' }, copies: 2, differs: ['v'], rows: [{ v: long('one') }, { v: long('other') }] }];
  const text = words(
    page({
      ...examples.findDuplicates,
      targets: examples.findDuplicates.targets.map((each) => ({ ...each, samples })),
    }),
  );
  expect(text).toMatch(/…a{39}o\[ther\]b{196}… \(6,005 characters\)/);
});

test('a mark never parts a character that is made of two', () => {
  const samples = [{ key: { k: '1' }, copies: 2, differs: ['v'], rows: [{ v: 'x😀' }, { v: 'x😁' }] }];
  const report = {
    ...examples.findDuplicates,
    targets: examples.findDuplicates.targets.map((each) => ({ ...each, samples })),
  };
  expect(words(page(report))).toContain('x[😁]');
});

test('how the copies came is drawn, with each figure as text', () => {
  const text = words(page(examples.explained));
  expect(text).toContain('up to 10 ms 10,118 72 %');
  expect(text).toContain('5 to 9 380 4 %');
  expect(text).toContain('100 and more 4 < 1 %');
  expect(page(examples.explained)).toContain(
    'aria-label="Excess rows by week, of the sample (UTC): 7 periods from 2024-10-28 to 2024-12-09, the most in 2024-12-09: 10,000"',
  );
});

test.each([
  ['dedupe', examples.dedupe, 'msgdb archive restore 20241120-080512-7f3a'],
  ['migrate', examples.migrate, 'msgdb rollback'],
  [
    'a migrate of two',
    { ...examples.migrate, applied: [...examples.migrate.applied, ...examples.migrate.applied] },
    'msgdb rollback --step 2',
  ],
  ['rollback', examples.rollback, 'msgdb migrate'],
])('after %s it says how to undo it', (_name, report, command) => {
  expect(words(page(report))).toContain(`How to undo it ${command}`);
});

test('a dry run is called one, and has nothing to undo', () => {
  const text = words(page(examples.dedupeDryRun));
  expect(text).toContain('dry run, nothing was changed');
  expect(text).not.toContain('How to undo it');
});

test('the timeline tells steps and waits from each other, and who was waited for', () => {
  const text = words(page(incident));
  expect(text).toContain(
    '4.0 s Waiting waiting for a lock on chat_messages held by pid 4711 (shop-worker, idle in transaction for 41 s) 31.0 s',
  );
  expect(text).toContain('Step Remove excess rows from Chat 3 rows removed (archived) 4.1 s');
});

test('a failure is a page too', () => {
  const error = new MsgdbError('MSGDB_LOCK_TIMEOUT', { what: 'chat_messages is locked by <pid 7>.' });
  const html = renderError(error, 'html', 'migrate', plainLook);
  expect(words(html)).toContain('chat_messages is locked by <pid 7>.');
  expect(dataIn(html)).toEqual(JSON.parse(renderError(error, 'json', 'migrate', plainLook)));
});
