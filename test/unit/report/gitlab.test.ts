import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import { hostile } from './examples/hostile.ts';
import { incident } from './examples/incident.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';

describe.each(Object.entries({ ...everyReport, incident, hostile }))(
  'the code quality report of %s',
  (_name, report) => {
    const issues = JSON.parse(renderReport(report, 'gitlab', plainLook));

    test('has what GitLab asks of each issue', () => {
      for (const issue of issues) {
        expect(issue).toEqual({
          description: expect.stringMatching(/^[^\n\r]+$/),
          check_name: expect.stringMatching(/^MSGDB_/),
          fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
          severity: expect.stringMatching(/^(?:info|minor|major|critical|blocker)$/),
          location: { path: expect.stringMatching(/^(?!\.\/)[^\n\r]+$/), lines: { begin: expect.any(Number) } },
        });
      }
    });

    test('has an issue for each finding, and no fingerprint twice', () => {
      const prints = issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
      expect(new Set(prints).size).toBe(prints.length);
      expect(issues.filter(({ severity }: { severity: string }) => severity !== 'info')).toHaveLength(
        report.findings.length,
      );
    });
  },
);

test('an issue stands at its place in the repository, or under the name of what it is about', () => {
  const findings = [
    finding('MSGDB_ARBITER_MISSING', 'x', { data: { file: './src\\a b.ts', line: 7 } }),
    finding('MSGDB_DUPLICATES_FOUND', 'y', { table: 'chat' }),
  ];
  const issues = JSON.parse(renderReport({ ...examples.init, findings }, 'gitlab', plainLook));
  expect(issues.map(({ location }: { location: unknown }) => location)).toEqual([
    { path: 'src/a b.ts', lines: { begin: 7 } },
    { path: 'chat', lines: { begin: 1 } },
  ]);
});

test('an issue is the same one when only its numbers change', () => {
  const print = (message: string): string => {
    const findings = [finding('MSGDB_DUPLICATES_FOUND', message, { table: 't' })];
    return JSON.parse(renderReport({ ...examples.init, findings }, 'gitlab', plainLook))[0].fingerprint;
  };
  expect(print('3 excess rows')).toBe(print('4 excess rows'));
});

test('a failure blocks', () => {
  const error = new MsgdbError('MSGDB_LOCK_TIMEOUT', { what: 'chat is locked.' });
  expect(JSON.parse(renderError(error, 'gitlab', 'migrate', plainLook))).toMatchObject([
    { severity: 'blocker', check_name: 'MSGDB_LOCK_TIMEOUT' },
  ]);
});
