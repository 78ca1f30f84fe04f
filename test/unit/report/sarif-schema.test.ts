import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import { hostile } from './examples/hostile.ts';
import { incident } from './examples/incident.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';
import { SARIF_SCHEMA } from './sarif-schema.ts';

const isSarif = new Ajv({ allErrors: true }).compile(SARIF_SCHEMA);

function refusals(text: string): string {
  isSarif(JSON.parse(text));
  return JSON.stringify(isSarif.errors ?? []);
}

describe('SARIF 2.1.0 as the standard has it', () => {
  test.each(Object.entries({ ...everyReport, incident, hostile }))('is the report of %s', (_name, report) => {
    const text = renderReport(report, 'sarif', plainLook);
    expect(refusals(text)).toBe('[]');
    const [{ tool, results }] = JSON.parse(text).runs;
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test('is an error', () => {
    const error = new MsgdbError('MSGDB_NO_DATABASE', { what: 'No database.' });
    expect(refusals(renderError(error, 'sarif', 'verify', plainLook))).toBe('[]');
  });

  test.each(['a b\\c%d.ts', 'ä/😀.ts', '\u0000\n".ts', 'C:\\x\\y.ts', '\ud800.ts'])(
    'is a finding in the file %j',
    (file) => {
      const findings = [finding('MSGDB_ARBITER_MISSING', 'x', { data: { file, line: 1, column: 1 } })];
      expect(refusals(renderReport({ ...examples.init, findings }, 'sarif', plainLook))).toBe('[]');
    },
  );

  test('is not what lacks a message or has a property of its own', () => {
    const log = JSON.parse(renderReport(examples.verify, 'sarif', plainLook));
    const [run] = log.runs;
    const { message: _, ...mute } = run.results[0];
    expect(refusals(JSON.stringify({ ...log, runs: [{ ...run, results: [mute] }] }))).toContain("'message'");
    expect(refusals(JSON.stringify({ ...log, note: 'x' }))).toContain('additional');
  });
});
