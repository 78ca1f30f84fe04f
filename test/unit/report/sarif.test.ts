import { expect, test } from 'vitest';
import { CODES } from '../../../src/model/codes.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import * as examples from './examples.ts';
import { plainLook } from './examples.ts';

const log = JSON.parse(renderReport(examples.verify, 'sarif', plainLook));
const [run] = log.runs;

test('is SARIF 2.1.0 with the rules of the codes that occur', () => {
  expect(log.version).toBe('2.1.0');
  expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
    'MSGDB_INDEX_INVALID',
    'MSGDB_MIGRATION_EDITED',
    'MSGDB_MIGRATION_PENDING',
  ]);
  const [rule] = run.tool.driver.rules;
  expect(rule.shortDescription.text).toBe(CODES.MSGDB_INDEX_INVALID.title);
});

test('every result points to its rule, its table and migration, and its file where known', () => {
  const [invalid, , edited] = run.results;
  for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  expect(invalid.locations[0].logicalLocations).toEqual([
    { fullyQualifiedName: 'chat_messages', kind: 'table' },
    { fullyQualifiedName: '0001-chat-messages', kind: 'migration' },
  ]);
  expect(edited.locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'migrations/0002-contacts.ts' },
    region: { startLine: 3 },
  });
});

test.each([
  ['src/my file#1.ts', 'src/my%20file%231.ts'],
  ['/srv/app/a.ts', 'file:///srv/app/a.ts'],
  ['C:\\app\\a.ts', 'file:///C:/app/a.ts'],
])('the file %s is given as a URI', (file, uri) => {
  const findings = [finding('MSGDB_ARBITER_MISSING', 'x', { data: { file } })];
  const { results } = JSON.parse(renderReport({ ...examples.init, findings }, 'sarif', plainLook)).runs[0];
  expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
});

test('a finding keeps its fingerprint when only its numbers change', () => {
  const print = (message: string) => {
    const findings = [finding('MSGDB_DUPLICATES_FOUND', message, { table: 't' })];
    const text = renderReport({ ...examples.init, findings }, 'sarif', plainLook);
    return JSON.parse(text).runs[0].results[0].partialFingerprints;
  };
  expect(print('3 excess rows')).toEqual(print('4 excess rows'));
});

test('a failure is a result and an invocation that did not succeed', () => {
  const error = new MsgdbError('MSGDB_LOCK_TIMEOUT', { what: 'chat_messages is locked.' });
  const [failed] = JSON.parse(renderError(error, 'sarif', 'migrate', plainLook)).runs;
  expect(failed.invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 4 });
  expect(failed.results[0].ruleId).toBe('MSGDB_LOCK_TIMEOUT');
});

test('keys without a unique index are notes, with the code of what they would be', () => {
  const { results } = JSON.parse(renderReport(examples.discovery, 'sarif', plainLook)).runs[0];
  const seen = results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level]);
  expect(seen).toEqual([
    ['MSGDB_INDEX_MISSING', 'note'],
    ['MSGDB_DUPLICATES_FOUND', 'note'],
    ['MSGDB_INDEX_MISSING', 'note'],
    ['MSGDB_INDEX_MISSING', 'note'],
  ]);
});
