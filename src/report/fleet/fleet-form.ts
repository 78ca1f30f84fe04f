import type { FleetEntry } from '../../model/fleet-report.ts';
import type { Look, ReportFormat } from '../look.ts';
import { redactByLook } from '../redact/by-look.ts';
import { redactError } from '../redact/messages.ts';
import type { Redactor } from '../redact/redactor.ts';
import { redactReport } from '../redact/report.ts';
import type { FleetForm } from './form.ts';
import { createGithubForm } from './github-form.ts';
import { createHumanForm } from './human-form.ts';
import { createJsonForm } from './json-form.ts';
import { createJunitForm } from './junit-form.ts';
import { createNdjsonForm } from './ndjson-form.ts';

/** Formats that are about one database. */
export type SingleFormat = 'sarif' | 'gitlab' | 'markdown' | 'html';

/** Formats that can be written as targets end. */
export type FleetFormat = Exclude<ReportFormat, SingleFormat>;

const FORMS: Readonly<Record<FleetFormat, (look: Look) => FleetForm>> = {
  human: createHumanForm,
  json: createJsonForm,
  junit: createJunitForm,
  github: createGithubForm,
  ndjson: createNdjsonForm,
};

export function createFleetForm(format: FleetFormat, look: Look): FleetForm {
  const form = FORMS[format](look);
  return { ...form, entry: (entry) => form.entry(redactByLook(entry, redactEntry, format, look)) };
}

/** A summary may quote what the server said. */
function redactEntry(entry: FleetEntry, redactor: Redactor): FleetEntry {
  const report = entry.report && redactReport(entry.report, redactor);
  const error = entry.error && redactError(entry.error, redactor);
  return {
    ...entry,
    summary: report?.summary ?? error?.message ?? entry.summary,
    ...(report && { report }),
    ...(error && { error }),
  };
}
