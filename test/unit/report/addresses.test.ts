import { describe, expect, test } from 'vitest';
import { CODES } from '../../../src/model/codes.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { codeUrl } from '../../../src/report/documentation.ts';
import { REPORT_FORMATS } from '../../../src/report/look.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import { incident } from './examples/incident.ts';
import * as examples from './examples.ts';
import { plainLook } from './examples.ts';

/** Addresses that are there, whoever publishes msgdb: the schema of SARIF, and the name of SVG. */
const KNOWN = /^https?:\/\/(?:json\.schemastore\.org\/sarif-2\.1\.0\.json|www\.w3\.org\/2000\/svg)$/;

const findings = Object.keys(CODES).map((code) => finding(code as keyof typeof CODES, 'as it is'));

describe.each(REPORT_FORMATS)('in the form %s', (format) => {
  test('no address leads nowhere', () => {
    const error = new MsgdbError('MSGDB_LOCK_TIMEOUT', { what: 'chat_messages is locked.' });
    const texts = [
      renderReport({ ...examples.verify, findings }, format, { ...plainLook, colour: true }),
      renderReport(incident, format, plainLook),
      renderError(error, format, 'migrate', plainLook),
    ];
    const addresses = texts.flatMap((text) => text.match(/https?:\/\/[^\s"'<>)\\]+/g) ?? []);
    expect(addresses.filter((each) => !KNOWN.test(each))).toEqual([]);
  });
});

test('a comment names the code, and the command that explains it', () => {
  const text = renderReport({ ...examples.init, findings: findings.slice(0, 1) }, 'markdown', plainLook);
  expect(text).toContain('- **Rows break a uniqueness rule** <code>MSGDB&#95;DUPLICATES&#95;FOUND</code><br>');
  expect(text).toContain('Explained by <code>msgdb help MSGDB&#95;DUPLICATES&#95;FOUND</code>');
});

test('SARIF has the command that explains a code in its help', () => {
  const [run] = JSON.parse(renderReport(examples.verify, 'sarif', plainLook)).runs;
  const [rule] = run.tool.driver.rules;
  expect(rule.help.text).toBe(`${CODES.MSGDB_INDEX_INVALID.fix}\nExplained by: msgdb help MSGDB_INDEX_INVALID`);
  expect(rule).not.toHaveProperty('helpUri');
  expect(run.tool.driver).not.toHaveProperty('informationUri');
});

test('where the pages are published, each code has its place there', () => {
  expect(codeUrl('MSGDB_REFUSED', 'https://pages.test/codes')).toBe('https://pages.test/codes#msgdb_refused');
  expect(codeUrl('MSGDB_REFUSED', undefined)).toBeUndefined();
});
