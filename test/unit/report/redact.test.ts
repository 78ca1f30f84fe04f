import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { REPORT_FORMATS } from '../../../src/report/look.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';

const look = { ...plainLook, width: 400, redact: true, verbose: true };
/** What the examples hold in rows and nowhere else. */
const secrets = ['wamid.', '5511999999999', '山田太郎', 'Olá', 'clx1', 'delivered 2024', 'Obrigado', 'inst-1'];

describe.each(REPORT_FORMATS)('redacted %s output', (format) => {
  test.each(Object.entries(everyReport))('of %s holds no row contents', (_name, report) => {
    const text = renderReport(report, format, look);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});

test('values and keys give way to their length; NULL and which columns differ are still shown', () => {
  const text = renderReport(examples.findDuplicates, 'human', look);
  expect(text).toContain('instanceId = ‹6 chars› · remoteJid = ‹28 chars›');
  expect(text).toMatch(/≠ delivered_at +‹22 chars› +NULL +NULL/);
  expect(renderReport(examples.archiveShow, 'human', look)).toMatch(
    /removed +‹3 chars› +‹4 chars #1› +‹7 chars› +NULL/,
  );
});

test('terminals without unicode get ASCII brackets, files never', () => {
  expect(renderReport(examples.archiveShow, 'human', { ...look, unicode: false })).toContain('<3 chars>');
  expect(renderReport(examples.archiveShow, 'json', { ...look, unicode: false })).toContain('‹3 chars›');
});

test.each([
  ['Key (email)=(ana@example.com) already exists.', 'Key (email)=(‹15 chars›) already exists.'],
  ['Key (a, b)=(1, f(x)) is duplicated.', 'Key (a, b)=(‹7 chars›) is duplicated.'],
  ['Failing row contains (1, secret).', 'Failing row contains (‹9 chars›).'],
  [
    'Partition key of the failing row contains (day) = (secret).',
    'Partition key of the failing row contains (day) = (‹6 chars›).',
  ],
  ['Token "secret" is invalid.', 'Token "‹6 chars›" is invalid.'],
  ['invalid input syntax for type integer: "secret"', 'invalid input syntax for type integer: "‹6 chars›"'],
])('what PostgreSQL quotes of a row in its messages is hidden: %s', (message, hidden) => {
  const error = new MsgdbError('MSGDB_DATABASE_ERROR', { what: message, why: message, data: { detail: message } });
  for (const format of ['human', 'json'] as const) {
    const text = renderError(error, format, 'migrate', look);
    expect(text).toContain(format === 'json' ? JSON.stringify(hidden).slice(1, -1) : hidden);
    expect(text).not.toContain('secret');
  }
});

test('what a function of the database raised is hidden wherever it stands', () => {
  const data = { raised: ['the secret of ana@example.com', 'call 555 (secret)'], sqlstate: 'P0001' };
  const error = new MsgdbError('MSGDB_DATABASE_ERROR', {
    what: 'The secret of ana@example.com. (SQLSTATE P0001)',
    why: 'Call 555 (secret). PL/pgSQL function guard() line 3 at RAISE.',
    data,
  });
  for (const format of ['human', 'json'] as const) {
    const text = renderError(error, format, 'migrate', look);
    expect(text).not.toMatch(/secret|example|555/);
    expect(text).toContain('SQLSTATE P0001');
    expect(text).toContain('guard() line 3');
  }
});

test('values that are equal have the same number, in every format, and others have none', () => {
  const rows = [
    { id: '1', body: 'the same', email: 'a@b.example' },
    { id: '2', body: 'the same', email: 'c@d.example' },
  ];
  const samples = [{ key: { email: 'the same' }, copies: 2, differs: ['body'], rows }];
  const [target] = examples.findDuplicates.targets;
  const report = { ...examples.findDuplicates, targets: target ? [{ ...target, samples }] : [] };
  const { targets } = JSON.parse(renderReport(report, 'json', look));
  expect(targets[0].samples[0]).toMatchObject({
    key: { email: '‹8 chars #1›' },
    rows: [
      { id: '‹1 char›', body: '‹8 chars #1›', email: '‹11 chars›' },
      { id: '‹1 char›', body: '‹8 chars #1›', email: '‹11 chars›' },
    ],
  });
  for (const format of ['human', 'html', 'ndjson'] as const) {
    expect(renderReport(report, format, look)).toContain('‹8 chars #1›');
  }
  expect(renderReport(report, 'human', { ...look, unicode: false })).toContain('<8 chars #1>');
});
