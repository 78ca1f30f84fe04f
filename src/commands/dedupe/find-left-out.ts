import { countOf, formatCount } from '../../model/count-of.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { LeftOut } from '../../model/left-out.ts';
import type { Split } from './see-groups.ts';
import type { SeenSection } from './see-plan.ts';

const REASONS = {
  done: 'rows are no longer there',
  gone: 'rows are no longer there',
  changed: 'contents have changed',
  regrouped: 'there are other copies, or another row would stay',
} as const;

/** What the plan lists and a run did not do; the numbers of groups are those of the plan file. */
export function findLeftOut(
  { section, target: { table } }: Pick<SeenSection, 'section' | 'target'>,
  { leftOut, elsewhere }: Pick<Split, 'leftOut' | 'elsewhere'>,
  verb: 'would be' | 'were' = 'were',
): readonly Finding[] {
  const groups = leftOut.reduce((sum, each) => sum + each.groups, 0);
  const rows = leftOut.reduce((sum, each) => sum + each.rows, 0);
  const which = leftOut.map((each) => `${REASONS[each.reason]} (${numbers(each)})`).join('; ');
  const listed = countOf(section.rows - section.groups, 'row');
  const messages = [
    ...(leftOut.length > 0
      ? [
          `${table}: ${formatCount(groups)} of ${countOf(section.groups, 'group')} ${verb} left out, with ${formatCount(rows)} of the ${listed} to go: ${which}.`,
        ]
      : []),
    ...(elsewhere > 0
      ? [
          `${table}: ${formatCount(elsewhere)} of the ${listed} to go had been removed by something else: the archive does not have them.`,
        ]
      : []),
  ];
  return messages.map((message) => finding('MSGDB_PLAN_OUTDATED', message, { table, data: { leftOut } }));
}

/** `group 7`, `groups 7, 12, 13 and 40 more`. */
function numbers({ groups, first }: LeftOut): string {
  const more = groups - first.length;
  return `group${groups === 1 ? '' : 's'} ${first.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}
