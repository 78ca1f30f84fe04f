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

describe('by the names of columns', () => {
  const named = { ...look, redact: ['body', 'Email'] };
  const rows = [
    { id: '1', body: 'some words', email: 'a@b.example', note: 'seen' },
    { id: '2', body: 'some words', email: null, note: 'seen' },
  ];
  const samples = [{ key: { 'lower(email)': 'a@b.example' }, copies: 2, differs: ['email'], rows }];
  const [target] = examples.findDuplicates.targets;
  const report = { ...examples.findDuplicates, targets: target ? [{ ...target, samples }] : [] };

  test.each(REPORT_FORMATS)('those are hidden in %s output, and expressions over them', (format) => {
    expect(renderReport(report, format, named)).not.toMatch(/a@b\.example|some words/);
  });

  test('others are shown, and what is equal has a number', () => {
    const { targets } = JSON.parse(renderReport(report, 'json', named));
    expect(targets[0].samples[0]).toMatchObject({
      key: { 'lower(email)': '‹11 chars #1›' },
      rows: [
        { id: '1', body: '‹10 chars #2›', email: '‹11 chars #1›', note: 'seen' },
        { id: '2', body: '‹10 chars #2›', email: null, note: 'seen' },
      ],
    });
  });

  test('a column whose name only holds such a name is another one', () => {
    const other = { ...look, redact: ['bod', 'mail'] };
    expect(renderReport(report, 'json', other)).toContain('a@b.example');
  });

  test.each([
    ['Key (email)=(ana@example.com) already exists.', 'Key (email)=(‹15 chars›) already exists.'],
    ['Key (id)=(7) already exists.', 'Key (id)=(7) already exists.'],
    ['Key (id, lower(body))=(7, x) is duplicated.', 'Key (id, lower(body))=(‹4 chars›) is duplicated.'],
    ['Failing row contains (1, secret).', 'Failing row contains (‹9 chars›).'],
    ['invalid input syntax for type integer: "secret"', 'invalid input syntax for type integer: "‹6 chars›"'],
  ])('a message loses them, and what may be of any column: %s', (message, hidden) => {
    const error = new MsgdbError('MSGDB_DATABASE_ERROR', { what: message });
    expect(renderError(error, 'human', 'migrate', named)).toContain(hidden);
  });

  test('archived rows lose them too', () => {
    const [row] = examples.archiveShow.rows;
    const names = Object.keys(row?.row ?? {});
    const { rows: shown } = JSON.parse(
      renderReport(examples.archiveShow, 'json', { ...look, redact: names.slice(0, 1) }),
    );
    expect(Object.values(shown[0].row)[0]).toMatch(/^‹/);
    expect(Object.values(shown[0].row)[1]).toBe(Object.values(row?.row ?? {})[1]);
  });
});

test('values that are equal have the same number, in every format, and others have none', () => {
  const rows = [
    { id: '1', body: 'some words', email: 'a@b.example' },
    { id: '2', body: 'some words', email: 'c@d.example' },
  ];
  const samples = [{ key: { email: 'some words' }, copies: 2, differs: ['body'], rows }];
  const [target] = examples.findDuplicates.targets;
  const report = { ...examples.findDuplicates, targets: target ? [{ ...target, samples }] : [] };
  const { targets } = JSON.parse(renderReport(report, 'json', look));
  expect(targets[0].samples[0]).toMatchObject({
    key: { email: '‹10 chars #1›' },
    rows: [
      { id: '‹1 char›', body: '‹10 chars #1›', email: '‹11 chars›' },
      { id: '‹1 char›', body: '‹10 chars #1›', email: '‹11 chars›' },
    ],
  });
  for (const format of ['human', 'html', 'ndjson'] as const) {
    expect(renderReport(report, format, look)).toContain('‹10 chars #1›');
  }
  expect(renderReport(report, 'human', { ...look, unicode: false })).toContain('<10 chars #1>');
});
