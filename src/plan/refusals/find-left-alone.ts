import { countOf } from '../../model/count-of.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Survey } from '../../model/plan.ts';
import { differingColumns } from './refuse-groups.ts';

/** Findings for groups that stay as they are: by `agree`, or because differing stops. */
export function findLeftAlone(
  table: string,
  { agree, onDiffer }: UniqueKey,
  { disagreeing, differing }: Survey,
): readonly Finding[] {
  const columns = agree.join(', ');
  return [
    ...(disagreeing > 0
      ? [
          finding(
            'MSGDB_GROUP_DISAGREES',
            `${table}: ${countOf(disagreeing, 'group')} left alone: the copies disagree in ${columns}.`,
            { table },
          ),
        ]
      : []),
    ...(onDiffer === 'stop' && differing && differing.groups > 0
      ? [
          finding(
            'MSGDB_GROUP_DIFFERS',
            `${table}: ${countOf(differing.groups, 'group')} left alone: the copies differ in ${differingColumns(differing)}.`,
            { table, data: { columns: differing.columns } },
          ),
        ]
      : []),
  ];
}
