import type { Finding } from '../model/finding.ts';
import { sourcePlaceOf } from './source-place.ts';

/** What makes a finding the same one in the next run: its code and place, not its numbers. */
export function fingerprintOf(finding: Finding): string {
  const place = sourcePlaceOf(finding);
  const statement = finding.data?.statement;
  const parts = [finding.code, finding.migration, finding.table, place?.file];
  return [...parts, typeof statement === 'string' ? statement : undefined].filter(Boolean).join('/');
}
