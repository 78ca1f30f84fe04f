import type { MsgdbError } from '../model/errors.ts';
import type { Report } from '../model/report.ts';

/** Version of the JSON form; docs/schema/report.v1.schema.json describes it. */
export const FORMAT_VERSION = 1;

/** A report as it is published: plain data, described by docs/schema/report.v1.schema.json. */
export type Published<Made extends Report> = Made & { readonly formatVersion: typeof FORMAT_VERSION };

/** The report as JSON: the fixed fields first, then everything else the report holds. */
export function renderJson(report: Report): string {
  const { command, verdict, findings, ...rest } = report;
  return stringify({ formatVersion: FORMAT_VERSION, command, verdict, findings, ...rest });
}

/** What a reader of that JSON has. */
export function publish<Made extends Report>(report: Made): Published<Made> {
  return JSON.parse(renderJson(report)) as Published<Made>;
}

/** A failure in the form of a report: programs find `verdict` and `findings` where they always are. */
export function renderErrorJson(error: MsgdbError, command: string): string {
  return stringify(errorAsReport(error, command));
}

/** The same as data. */
export function errorAsReport({ code, message, why, fix, data }: MsgdbError, command: string) {
  return {
    formatVersion: FORMAT_VERSION,
    command,
    verdict: 'failed',
    findings: [{ code, message, fix }],
    error: { code, message, why, fix, data },
  };
}

/** In one line. */
export function compactJson(value: unknown): string {
  return JSON.stringify(value, bigintAsNumber);
}

function stringify(value: unknown): string {
  return `${JSON.stringify(value, bigintAsNumber, 2)}\n`;
}

/** JSON.stringify throws on bigint, which drivers give for int8; beyond 2^53 a string keeps every digit. */
function bigintAsNumber(_name: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
