import { countOf, formatCount } from '../../model/count-of.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { LeftOut } from '../../model/left-out.ts';
import type { SeenSection } from './see-plan.ts';

const REASONS = {
  gone: 'rows are no longer there',
  changed: 'contents have changed',
  regrouped: 'there are other copies, or another row would stay',
} as const;

/** One finding for the groups of a plan that stayed as they are; the numbers are those of the plan file. */
export function findLeftOut(
  { section, target: { table } }: Pick<SeenSection, 'section' | 'target'>,
  leftOut: readonly LeftOut[],
  verb: 'would be' | undefined = undefined,
): readonly Finding[] {
  if (leftOut.length === 0) return [];
  const groups = leftOut.reduce((sum, each) => sum + each.groups, 0);
  const which = leftOut.map((each) => `${REASONS[each.reason]} (${numbers(each)})`).join('; ');
  return [
    finding(
      'MSGDB_PLAN_OUTDATED',
      `${table}: ${countOf(groups, 'group')} of ${formatCount(section.groups)} ${verb ? `${verb} ` : ''}left out: ${which}.`,
      { table, data: { leftOut } },
    ),
  ];
}

/** `group 7`, `groups 7, 12, 13 and 40 more`. */
function numbers({ groups, first }: LeftOut): string {
  const more = groups - first.length;
  return `group${groups === 1 ? '' : 's'} ${first.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}
