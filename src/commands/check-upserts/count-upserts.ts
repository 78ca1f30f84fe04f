import { countOf } from '../../model/count-of.ts';
import type { UpsertCounts, UpsertReport } from '../../model/upsert-report.ts';
import type { EmptyPath } from '../../upserts/files/find-empty-paths.ts';

/** How many upserts there are of each kind, and what was not looked into. */
export function countUpserts(
  upserts: readonly UpsertReport[],
  skipped: readonly { readonly file: string }[],
): UpsertCounts {
  const counted = upserts.filter(({ ignored }) => ignored === null);
  const count = (status: UpsertReport['status']): number => counted.filter((each) => each.status === status).length;
  return {
    proven: count('ok'),
    errors: count('error'),
    warnings: count('warning'),
    unresolved: count('unresolved'),
    ignored: upserts.length - counted.length,
    // A file may be given up in several ways.
    notRead: new Set(skipped.map(({ file }) => file)).size,
  };
}

/** What of the source was looked into. */
export interface Searched {
  readonly files: number;
  readonly passedOver: number;
  readonly empty: readonly EmptyPath[];
  /** Parts of the schema that could not be made. */
  readonly failures: number;
}

/**
 * The counts in one line. Files and folders that were not read are counted too, so that they are not taken for
 * checked.
 */
export function summarizeUpserts(counts: UpsertCounts, { files, passedOver, empty, failures }: Searched): string {
  const { proven, errors, warnings, unresolved, ignored, notRead } = counts;
  const total = proven + errors + warnings + unresolved + ignored;
  const where = files === 0 ? 'functions of the database' : countOf(files, 'file');
  const nothing = files === 0 && total === 0;
  const without = `no source file in ${empty.map(({ path }) => path).join(' or ')}`;
  return [
    nothing ? `nothing was checked: ${without}` : `${countOf(total, 'upsert')} in ${where}`,
    total > 0 && proven === total ? 'all of them proven' : '',
    errors > 0 ? countOf(errors, 'error') : '',
    warnings > 0 ? countOf(warnings, 'warning') : '',
    unresolved > 0 ? `${unresolved} not resolved` : '',
    ignored > 0 ? `${ignored} ignored` : '',
    notRead > 0 ? `${countOf(notRead, 'file')} not read` : '',
    failures > 0 ? `${countOf(failures, 'part')} of the schema left out` : '',
    passedOver > 0 ? `${countOf(passedOver, 'folder')} passed over` : '',
    !nothing && empty.length > 0 ? without : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
