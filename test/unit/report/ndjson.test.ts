import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { renderError, renderReport } from '../../../src/report/render.ts';
import { hostile } from './examples/hostile.ts';
import { incident } from './examples/incident.ts';
import { everyReport, plainLook } from './examples.ts';

interface Line {
  readonly part: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function parse(text: string): readonly Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** What a reader of all lines has. */
function putTogether(lines: readonly Line[]): unknown {
  const whole: Record<string, unknown> = {};
  for (const { part, value } of lines) {
    if (part === 'begin' || part === 'end') Object.assign(whole, value);
    else whole[part] = [...((whole[part] as unknown[] | undefined) ?? []), value];
  }
  return whole;
}

function withoutEmptyLists(report: object): object {
  return Object.fromEntries(
    Object.entries(report).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
}

describe.each(Object.entries({ ...everyReport, incident, hostile }))('the lines of %s', (_name, report) => {
  const lines = parse(renderReport(report, 'ndjson', plainLook));

  test('put together are the JSON form', () => {
    expect(putTogether(lines)).toEqual(withoutEmptyLists(JSON.parse(renderReport(report, 'json', plainLook))));
  });

  test('begin with the command and end with the verdict', () => {
    expect(lines[0]).toEqual({ part: 'begin', value: { formatVersion: 1, command: report.command } });
    expect(lines.at(-1)).toMatchObject({ part: 'end', value: { verdict: report.verdict, summary: report.summary } });
  });
});

test('a failure has its finding, and the error at its end', () => {
  const error = new MsgdbError('MSGDB_NO_DATABASE', { what: 'No database.' });
  const lines = parse(renderError(error, 'ndjson', 'verify', plainLook));
  expect(lines.map(({ part }) => part)).toEqual(['begin', 'findings', 'end']);
  expect(lines.at(-1)?.value).toMatchObject({ verdict: 'failed', error: { code: 'MSGDB_NO_DATABASE' } });
});
