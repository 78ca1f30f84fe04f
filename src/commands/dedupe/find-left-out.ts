import { countOf, formatCount } from '../../model/count-of.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { LeftOut } from '../../model/left-out.ts';
import type { Split } from './see-groups.ts';
import type { SeenSection } from './see-plan.ts';

const REASONS = {
  done: 'rows are no longer there',
  gone: 'rows are no longer there',
  'gone or changed': 'rows were updated or removed; without a primary key msgdb cannot tell which',
  changed: 'contents have changed',
  regrouped: 'there are other copies, or another row would stay',
} as const;

/** What the plan lists and a run did not do; the numbers of groups are those of the plan file. */
export function findLeftOut(
  { section, target: { table } }: Pick<SeenSection, 'section' | 'target'>,
  split: Split,
  tense: 'would be' | 'past' = 'past',
): readonly Finding[] {
  const { leftOut } = split;
  const groups = leftOut.reduce((sum, each) => sum + each.groups, 0);
  const rows = leftOut.reduce((sum, each) => sum + each.rows, 0);
  const which = leftOut.map((each) => `${REASONS[each.reason]} (${numbers(each)})`).join('; ');
  const listed = `${countOf(section.rows - section.groups, 'row')} to ${split.fate === 'marked' ? 'mark' : 'remove'}`;
  const were = groups === 1 ? 'was' : 'were';
  const messages = [
    ...(leftOut.length > 0
      ? [
          `${table}: ${formatCount(groups)} of ${countOf(section.groups, 'group')} ${tense === 'past' ? were : tense} left out, with ${formatCount(rows)} of the ${listed}: ${which}.`,
        ]
      : []),
    ...(split.elsewhere > 0
      ? [`${table}: ${formatCount(split.elsewhere)} of the ${listed} ${describeMissing(split)}.`]
      : []),
  ];
  return messages.map((message) => finding('MSGDB_PLAN_OUTDATED', message, { table, data: { leftOut } }));
}

/** What became of losers that are not found, and that no run of the plan took. */
function describeMissing({ missing, elsewhere }: Split): string {
  if (missing === 'gone') return 'had been removed by something else, not by this plan';
  const were = elsewhere === 1 ? 'was' : 'were';
  return `${were} updated or removed by something else, not by this plan; without a primary key msgdb cannot tell which`;
}

/** `group 7`, `groups 7, 12, 13 and 40 more`. */
function numbers({ groups, first }: LeftOut): string {
  const more = groups - first.length;
  return `group${groups === 1 ? '' : 's'} ${first.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}
