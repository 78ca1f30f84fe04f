import type { FleetEntry } from '../../model/fleet-report.ts';
import { compactJson, FORMAT_VERSION } from '../json.ts';
import type { FleetForm } from './form.ts';

/** One document, with a target a line. */
export function createJsonForm(): FleetForm {
  let begun = false;
  return {
    open: (opening) => {
      const head = compactJson({ formatVersion: FORMAT_VERSION, command: 'fleet', ...opening });
      return `${head.slice(0, -1)},"results":[\n`;
    },
    entry: (entry) => {
      const separator = begun ? ',\n' : '';
      begun = true;
      return `${separator}${compactJson(published(entry))}`;
    },
    close: ({ runs: _, ...end }) => `\n],${compactJson(end).slice(1)}\n`,
  };
}

/** Its report is the document of the command by itself. */
export function published({ error, report, ...entry }: FleetEntry): unknown {
  if (report) return { ...entry, report: { formatVersion: FORMAT_VERSION, ...report } };
  if (!error) return entry;
  const { code, message, why, fix, data } = error;
  return { ...entry, error: { code, message, why, fix, data } };
}
