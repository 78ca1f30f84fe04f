import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';

const schema = JSON.parse(readFileSync(new URL('../../../docs/schema/report.v1.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, strictTypes: false }).compile(
  schema,
);
const error = new MsgdbError('MSGDB_CONNECTION_FAILED', {
  what: 'Cannot reach db:5432.',
  data: { code: 'ECONNREFUSED' },
});

describe.each(Object.entries(everyReport))('the JSON of %s', (_name, report) => {
  const json = JSON.parse(renderReport(report, 'json', plainLook));

  test('is what the published schema says, redacted or not', () => {
    expectValid(json);
    expectValid(JSON.parse(renderReport(report, 'json', { ...plainLook, redact: true })));
    expectValid(JSON.parse(renderReport(report, 'json', { ...plainLook, redact: ['id', 'body'] })));
  });

  test('begins with the fixed fields and keeps everything the report holds', () => {
    expect(Object.keys(json).slice(0, 4)).toEqual(['formatVersion', 'command', 'verdict', 'findings']);
    expect(json).toEqual({ formatVersion: 1, ...report });
  });

  test('is refused by the schema when a field of the command is missing', () => {
    for (const name of ['verdict', 'findings', 'summary', ...fieldsOf(report.command)]) {
      const { [name]: _, ...rest } = json;
      expect(validate(rest), name).toBe(false);
    }
  });
});

test('a failure is a report with its error, as the schema says', () => {
  const json = JSON.parse(renderError(error, 'json', 'doctor', plainLook));
  expectValid(json);
  expect(json).toEqual({
    formatVersion: 1,
    command: 'doctor',
    verdict: 'failed',
    findings: [{ code: 'MSGDB_CONNECTION_FAILED', message: 'Cannot reach db:5432.', fix: error.fix }],
    error: { code: error.code, message: error.message, why: error.why, fix: error.fix, data: { code: 'ECONNREFUSED' } },
  });
});

test('a whole number beyond 2^53 keeps its digits', () => {
  // As the driver gives a bigint, in data that a type would not let through.
  const data = { small: 7n, large: 9_223_372_036_854_775_807n } as object;
  const findings = [finding('MSGDB_REFUSED', 'x', { data })];
  const json = JSON.parse(renderReport({ ...examples.init, findings }, 'json', plainLook));
  expect(json.findings[0].data).toEqual({ small: 7, large: '9223372036854775807' });
});

test('look and width change nothing but redaction', () => {
  const one = renderReport(examples.verify, 'json', plainLook);
  const other = renderReport(examples.verify, 'json', { ...plainLook, width: 20, colour: true, unicode: false });
  expect(other).toBe(one);
});

function expectValid(json: unknown): void {
  validate(json);
  expect(validate.errors ?? []).toEqual([]);
}

function fieldsOf(command: string): readonly string[] {
  const fields: Readonly<Record<string, readonly string[]>> = {
    'find-duplicates': ['targets'],
    dedupe: ['targets', 'plan', 'runId', 'dryRun'],
    migrate: ['applied', 'pending', 'plan', 'runId', 'dryRun'],
    rollback: ['rolledBack', 'restoredRows', 'notRestoredRows', 'plan', 'runId', 'dryRun'],
    status: ['migrations'],
    verify: ['checks', 'upserts'],
    fence: ['action', 'fences'],
    archive: ['action', 'runs', 'rows', 'restoredRows', 'notRestoredRows', 'purgedRows'],
    report: ['runId', 'run', 'changes', 'indexes', 'groups', 'undo'],
    'check-upserts': ['files', 'upserts', 'counts', 'skipped', 'passedOver', 'created'],
    preflight: ['runner', 'migrations', 'statements', 'targets'],
    init: ['created'],
    demo: ['chapters'],
  };
  return fields[command] ?? [];
}
