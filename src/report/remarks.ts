import type { ErrorCode } from '../model/codes.ts';
import { countOf } from '../model/count-of.ts';
import type { DiscoveredKey } from '../model/discovery.ts';
import type { Report } from '../model/report.ts';
import type { TargetReport } from '../model/target-report.ts';

/** Something worth knowing that is no finding: formats made for findings show it at their lowest level. */
export interface Remark {
  readonly title: string;
  readonly text: string;
  readonly table: string;
  readonly migration?: string | undefined;
  /** What it would be if it were one. */
  readonly code: ErrorCode;
}

/** How copies came, and keys that may lack a unique index. */
export function remarksOf(report: Report): readonly Remark[] {
  if (report.command !== 'find-duplicates') return [];
  return [...report.targets.flatMap(remarkOfTarget), ...(report.discovery?.candidates ?? []).map(remarkOfKey)];
}

function remarkOfTarget({ table, key, migration, why }: TargetReport): readonly Remark[] {
  if (!why || why.reading.length === 0) return [];
  return [
    {
      title: `how the copies of ${table} by ${key.join(', ')} came`,
      text: why.reading.join('\n'),
      table,
      migration,
      code: 'MSGDB_DUPLICATES_FOUND',
    },
  ];
}

function remarkOfKey({ table, key, where, likelihood, counted, unconfirmed, obstacle, next }: DiscoveredKey): Remark {
  const found =
    counted?.excessRows === 0
      ? 'no duplicates'
      : `${countOf(counted?.excessRows ?? 0, 'excess row')} in ${countOf(counted?.groups ?? 0, 'group')}`;
  const state = counted ? `${found}, of ${countOf(counted.coveredRows, 'row')}` : `not confirmed: ${unconfirmed ?? ''}`;
  const covered = where === null ? '' : ` where ${where}`;
  return {
    title: `${table} (${key.join(', ')})${covered} may lack a unique index: ${likelihood}`,
    text: [state, ...(obstacle === null ? [] : [obstacle]), `Next: ${next}`].join('\n'),
    table,
    code: counted && counted.excessRows > 0 ? 'MSGDB_DUPLICATES_FOUND' : 'MSGDB_INDEX_MISSING',
  };
}
