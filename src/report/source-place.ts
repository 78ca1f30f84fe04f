import type { Finding } from '../model/finding.ts';

/** A place in a file of the application or the migrations folder. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number | undefined;
}

/** Where a finding lies in source, if it says so: `data.file` (or `data.path`) and `data.line`. */
export function sourcePlaceOf(finding: Pick<Finding, 'data'>): SourcePlace | undefined {
  const file = finding.data?.file ?? finding.data?.path;
  if (typeof file !== 'string' || file === '') return undefined;
  const line = finding.data?.line;
  return { file, line: typeof line === 'number' && Number.isInteger(line) && line > 0 ? line : undefined };
}
