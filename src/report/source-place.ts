import type { Finding } from '../model/finding.ts';

/** A place in a file of the application or the migrations folder. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** Where a finding lies in source, if it says so: `data.file` (or `data.path`) and `data.line`. */
export function sourcePlaceOf({ data = {} }: Pick<Finding, 'data'>): SourcePlace | undefined {
  const file = data.file ?? ('path' in data ? data.path : undefined);
  if (typeof file !== 'string' || file === '') return undefined;
  return { file, line: countFrom1(data.line), column: countFrom1(data.column) };
}

function countFrom1(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}
