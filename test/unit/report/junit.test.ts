import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import { hostile } from './examples/hostile.ts';
import { incident } from './examples/incident.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';

describe('JUnit', () => {
  test('has a case for every check of verify, and one for each finding that no check has', () => {
    const xml = renderReport(examples.verify, 'junit', plainLook);
    expect(xml).toContain(
      '<testsuites name="msgdb verify" tests="7" failures="3" errors="0" skipped="1" time="0.340">',
    );
    expect(xml.match(/<testcase /g)).toHaveLength(7);
    expect(xml.match(/<failure /g)).toHaveLength(3);
    expect(xml).toContain('<skipped message="the index is not valid"/>');
    expect(xml).toContain('classname="msgdb.verify.0001-chat-messages" name="chat_messages: no duplicates"');
    expect(xml).toContain('Fix: Run `msgdb migrate`: it drops the invalid index');
  });

  test('has a passed case for a command without findings', () => {
    const xml = renderReport(examples.status, 'junit', plainLook);
    expect(xml).toContain('tests="1" failures="0"');
  });

  test('has a passed case with something to read for each key that may lack an index', () => {
    const xml = renderReport(examples.discovery, 'junit', plainLook);
    expect(xml).toContain('tests="4" failures="0"');
    expect(xml).toContain('name="accounts (email) may lack a unique index: likely"');
    expect(xml.match(/<system-out>/g)).toHaveLength(4);
  });

  test('shows a failure as an error', () => {
    const error = new MsgdbError('MSGDB_RUN_LOCKED', { what: 'ana@laptop is at it.' });
    const xml = renderError(error, 'junit', 'migrate', plainLook);
    expect(xml).toContain('<error type="MSGDB_RUN_LOCKED" message="ana@laptop is at it.">');
    expect(xml).toContain('errors="1"');
  });

  test('escapes what has a meaning in XML and drops what XML cannot hold', () => {
    const message = `<a href="x">'&\x00\x1b\x0b\ufffe\ud800 1\n2\t]]>`;
    const report = { ...examples.init, findings: [finding('MSGDB_REFUSED', message)] };
    const xml = renderReport(report, 'junit', plainLook);
    expect(xml).toContain('message="&lt;a href=&quot;x&quot;&gt;&apos;&amp; 1&#10;2&#9;]]&gt;"');
    expect(xml).toContain(`&lt;a href="x"&gt;'&amp; 1\n2\t]]&gt;\nFix:`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u);
  });

  test.each(Object.entries(everyReport))('of %s opens and closes its elements in order', (_name, report) => {
    const open: string[] = [];
    for (const [tag, end, name = '', empty] of renderReport(report, 'junit', plainLook).matchAll(
      /<(\/?)([a-z-]+)(?: [a-z]+="[^"<]*")*(\/?)>/g,
    )) {
      if (end) expect(open.pop(), tag).toBe(name);
      else if (!empty) open.push(name);
    }
    expect(open).toEqual([]);
  });

  /** The attributes that the schemas of Ant, Maven and Jenkins have in common, and where each element may stand. */
  const ELEMENTS: Readonly<Record<string, { readonly within: string; readonly attributes: RegExp }>> = {
    testsuites: { within: '', attributes: /^(?:name|tests|failures|errors|skipped|time)$/ },
    testsuite: { within: 'testsuites', attributes: /^(?:name|tests|failures|errors|skipped|time)$/ },
    testcase: { within: 'testsuite', attributes: /^(?:name|classname|time|file|line)$/ },
    failure: { within: 'testcase', attributes: /^(?:type|message)$/ },
    error: { within: 'testcase', attributes: /^(?:type|message)$/ },
    skipped: { within: 'testcase', attributes: /^message$/ },
    'system-out': { within: 'testcase', attributes: /^$/ },
  };

  test.each(Object.entries({ ...everyReport, incident, hostile }))(
    'of %s has only what its schema has',
    (_name, report) => {
      const xml = renderReport(report, 'junit', plainLook);
      const open: string[] = [];
      for (const [, end, name = '', attributes = '', empty] of xml.matchAll(
        /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
      )) {
        if (end) {
          open.pop();
          continue;
        }
        expect(ELEMENTS[name]?.within, name).toBe(open.at(-1) ?? '');
        for (const [, attribute] of attributes.matchAll(/ ([a-z]+)="[^"]*"/g))
          expect(attribute).toMatch(ELEMENTS[name]?.attributes ?? /^$/);
        if (!empty) open.push(name);
      }
      expect(xml).toContain(` tests="${xml.match(/<testcase /g)?.length ?? 0}"`);
      expect(xml).toContain(` failures="${xml.match(/<failure /g)?.length ?? 0}"`);
    },
  );
});
