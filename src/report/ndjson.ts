import type { MsgdbError } from '../model/errors.ts';
import type { Report } from '../model/report.ts';
import { compactJson, errorAsReport, FORMAT_VERSION } from './json.ts';

/**
 * The report as lines of JSON, for logs and for programs that read as they go: the beginning, an entry a line for everything
 * that the report has a list of, with the name of the list, and the end with the verdict. Together they are the JSON form.
 */
export function renderNdjson(report: Report): string {
  return linesOf({ formatVersion: FORMAT_VERSION, ...report });
}

/** A failure in the same form. */
export function renderErrorNdjson(error: MsgdbError, command: string): string {
  return linesOf(errorAsReport(error, command));
}

function linesOf({ formatVersion, command, timeline, ...rest }: Readonly<Record<string, unknown>>): string {
  const lists = Object.entries({ timeline, ...rest }).filter((entry): entry is [string, readonly unknown[]] =>
    Array.isArray(entry[1]),
  );
  const end = Object.fromEntries(Object.entries(rest).filter(([, value]) => !Array.isArray(value)));
  const lines = [
    { part: 'begin', value: { formatVersion, command } },
    ...lists.flatMap(([part, values]) => values.map((value) => ({ part, value }))),
    { part: 'end', value: end },
  ];
  return lines.map((line) => `${compactJson(line)}\n`).join('');
}
