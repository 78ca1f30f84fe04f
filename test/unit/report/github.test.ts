import { expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';

test.each(Object.entries(everyReport))('the annotations of %s are nothing but workflow commands', (_name, report) => {
  const lines = renderReport(report, 'github', plainLook).trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) [^\r\n]*title=[^:,]*::/);
  expect(lines.at(-1)).toContain(`::notice title=msgdb ${report.command}%3A ${report.verdict}::${report.summary}`);
  const errors = report.findings.filter(({ level }) => level !== 'warning').length;
  expect(lines.filter((line) => line.startsWith('::error'))).toHaveLength(Math.min(errors, 9));
  expect(lines.length).toBeLessThanOrEqual(10);
});

test('of more than ten the worst are shown, and the others are counted in the last one', () => {
  const warning = finding('MSGDB_UPSERT_UNRESOLVED', 'a warning', { level: 'warning' });
  const errors = Array.from({ length: 12 }, (_, place) => finding('MSGDB_REFUSED', `error ${place}`));
  const report = { ...examples.init, findings: [warning, ...errors] };
  const lines = renderReport(report, 'github', plainLook).trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines.filter((line) => line.startsWith('::error'))).toHaveLength(9);
  expect(lines[0]).toContain('error 0');
  expect(lines.at(-1)).toContain('%0ANot among these annotations: 3 errors, 1 warning');
});

test('ten and the last one are one too many, nine are not', () => {
  const errors = Array.from({ length: 9 }, () => finding('MSGDB_REFUSED', 'x'));
  expect(renderReport({ ...examples.init, findings: errors }, 'github', plainLook)).not.toContain('Not among');
});

test('an annotation names the file and line where they are known', () => {
  expect(renderReport(examples.verify, 'github', plainLook)).toContain(
    '::error file=migrations/0002-contacts.ts,line=3,title=MSGDB_MIGRATION_EDITED%3A An applied migration was edited::',
  );
});

test('skipped checks are warnings, information is a notice', () => {
  const text = renderReport(examples.verify, 'github', plainLook);
  expect(text).toContain('::warning title=not checked%3A ON CONFLICT finds the index::');
  expect(text).toContain('::notice title=index exists and is valid::');
});

test('text cannot get out of its annotation', () => {
  const file = 'a:b,c%\n.ts';
  const findings = [finding('MSGDB_REFUSED', '100%\r\n::stop-commands::x\x1b[31m, y: z', { data: { file } })];
  const [line] = renderReport({ ...examples.init, findings }, 'github', plainLook).split('\n');
  expect(line).toBe(
    '::error file=a%3Ab%2Cc%25%0A.ts,title=MSGDB_REFUSED%3A The plan was refused::' +
      `100%25%0A::stop-commands::x\\x1b[31m, y: z%0AFix: ${findings[0]?.fix}`,
  );
});

test('a failure is one error and the final notice', () => {
  const error = new MsgdbError('MSGDB_NO_DATABASE', { what: 'No database.' });
  const lines = renderError(error, 'github', 'verify', plainLook).split('\n');
  expect(lines[0]).toMatch(/^::error title=MSGDB_NO_DATABASE%3A No database was named::No database\.%0AWhy: /);
  expect(lines[1]).toBe('::notice title=msgdb verify%3A failed::No database.');
  expect(lines[2]).toBe('');
});

test('how copies came and keys without an index are notices, never errors', () => {
  const explained = renderReport(examples.explained, 'github', plainLook);
  expect(explained).toContain(
    '::notice title=how the copies of chat_messages by wa_message_id came::Most copies arrive',
  );
  const discovery = renderReport(examples.discovery, 'github', plainLook);
  expect(discovery).not.toContain('::error');
  expect(discovery).toContain(
    '::notice title=accounts (email) may lack a unique index%3A likely::no duplicates, of 12,118 rows',
  );
});
