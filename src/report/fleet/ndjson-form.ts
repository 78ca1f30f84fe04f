import { FORMAT_VERSION } from '../json.ts';
import { renderPart } from '../ndjson.ts';
import type { FleetForm } from './form.ts';
import { published } from './json-form.ts';

/** The beginning, a line for each target as it ends, and the end with the verdict; what happens meanwhile between them. */
export function createNdjsonForm(): FleetForm {
  return {
    open: (opening) => renderPart('begin', { formatVersion: FORMAT_VERSION, command: 'fleet', ...opening }),
    event: (line) => line,
    entry: (entry) => renderPart('results', published(entry)),
    close: ({ runs: _, findings, ...end }) =>
      [...findings.map((finding) => renderPart('findings', finding)), renderPart('end', end)].join(''),
  };
}
