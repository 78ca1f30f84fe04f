import { countOf } from '../model/count-of.ts';
import type { UpsertCounts, UpsertReport } from '../model/upsert-report.ts';

/** How many upserts there are of each kind, and what was not looked into. */
export function countUpserts(
  upserts: readonly UpsertReport[],
  skipped: readonly { readonly file: string }[],
): UpsertCounts {
  const told = upserts.filter(({ ignored }) => ignored === null);
  const count = (status: UpsertReport['status']): number => told.filter((each) => each.status === status).length;
  return {
    proven: count('ok'),
    errors: count('error'),
    warnings: count('warning'),
    unresolved: count('unresolved'),
    ignored: upserts.length - told.length,
    // A file may be given up in several ways.
    notRead: new Set(skipped.map(({ file }) => file)).size,
  };
}

/** The counts in one line. Folders and files that were not looked into are said, so that nobody takes them for proven. */
export function summarizeUpserts(counts: UpsertCounts, files: number, passedOver: number): string {
  const { proven, errors, warnings, unresolved, ignored, notRead } = counts;
  const total = proven + errors + warnings + unresolved + ignored;
  const found =
    files === 0
      ? 'no source files in a language that is read'
      : `${countOf(total, 'upsert')} in ${countOf(files, 'file')}`;
  const proofs = total > 0 && proven === total ? 'all of them proven' : '';
  return [
    found,
    proofs,
    errors > 0 ? countOf(errors, 'error') : '',
    warnings > 0 ? countOf(warnings, 'warning') : '',
    unresolved > 0 ? `${unresolved} not resolved` : '',
    ignored > 0 ? `${ignored} ignored` : '',
    notRead > 0 ? `${countOf(notRead, 'file')} not read` : '',
    passedOver > 0 ? `${countOf(passedOver, 'folder')} passed over` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
