import type { MsgdbError } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import type { Report } from '../model/report.ts';
import { eventRecord } from './event-record.ts';
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

/** What is happening, as a line that stands between the beginning and the entries of the report. */
export function renderNdjsonEvent(
  event: RunEvent,
  about: { readonly verbose: boolean; readonly at: Date; readonly target?: string | undefined },
): string {
  const { target, at } = about;
  const value = { at: at.toISOString(), ...(target !== undefined && { target }), ...eventRecord(event, about) };
  return renderPart('event', value);
}

export function renderNdjsonBegin(command: string): string {
  return renderPart('begin', { formatVersion: FORMAT_VERSION, command });
}

export function renderPart(part: string, value: unknown): string {
  return `${compactJson({ part, value })}\n`;
}

function linesOf({ formatVersion, command, timeline, ...rest }: Readonly<Record<string, unknown>>): string {
  const lists = Object.entries({ timeline, ...rest }).filter((entry): entry is [string, readonly unknown[]] =>
    Array.isArray(entry[1]),
  );
  const end = Object.fromEntries(Object.entries(rest).filter(([, value]) => !Array.isArray(value)));
  return [
    renderPart('begin', { formatVersion, command }),
    ...lists.flatMap(([part, values]) => values.map((value) => renderPart(part, value))),
    renderPart('end', end),
  ].join('');
}
