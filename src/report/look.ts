import type { Redaction } from '../model/redaction.ts';

/** The forms a report can be printed in. */
export const REPORT_FORMATS = [
  'human',
  'json',
  'junit',
  'github',
  'sarif',
  'gitlab',
  'markdown',
  'html',
  'ndjson',
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** How a report is to look. All that a renderer knows of the terminal: it never asks the process. */
export interface Look {
  /** Columns of the terminal; no line of human output is wider. */
  readonly width: number;
  readonly colour: boolean;
  /** Off: ✓, → and rules become ASCII. Data from the database is shown as it is. */
  readonly unicode: boolean;
  /** Shows the SQL of plans and values in full. */
  readonly verbose: boolean;
  /** Row contents that are hidden, keys included. */
  readonly redact: Redaction;
}
