import { countOf, formatCount } from '../../model/count-of.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { DifferingSurvey, LinkedSurvey } from '../../model/group-survey.ts';
import type { Step, Survey } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import { differingColumns } from '../refusals/refuse-groups.ts';
import { describeMovements } from './describe-movements.ts';

/** From this share of excess rows on, finding the suspects first costs more than it saves. */
const MANY = 0.1;

/** Removes excess rows; in batches, unless the table is locked anyway. */
export function dedupeStep(
  dedupe: PlannedDedupe,
  { census, differing, references, linked }: Pick<Survey, 'census' | 'differing' | 'references' | 'linked'>,
): Step {
  const left = differing?.leftAlone ?? { groups: 0, rows: 0 };
  const label = tableLabel(dedupe.key.table);
  const removes = typeof dedupe.losers === 'string';
  return {
    kind: 'dedupe',
    title:
      census.excessRows > 0
        ? `${removes ? 'Remove' : 'Mark'} ${countOf(census.excessRows - left.rows, 'excess row')} in ${countOf(census.groups - left.groups, 'group')} ${removes ? 'from' : 'of'} ${label}`
        : `Look again for copies in ${label}, and ${removes ? 'remove' : 'mark'} new ones`,
    table: dedupe.key.table,
    lock: 'row',
    details: [
      ...fate(dedupe),
      ...dedupe.merges.map(({ column, strategy }) =>
        typeof strategy === 'string'
          ? `the survivor's ${column}: ${strategy} of the group`
          : `the survivor's ${column}: ${strategy.expression}`,
      ),
      ...describeDiffering(dedupe, differing, census.groups),
      ...describeMovements(dedupe, references),
      ...describeLinked(linked),
      ...(dedupe.references.some(({ child }) => isSameTable(child.table, dedupe.image.table))
        ? ['a row that refers to a copy of itself will refer to itself']
        : []),
    ],
    dedupe,
    census,
    ranks: census.excessRows > census.covered * MANY ? 'every row' : 'suspects',
  };
}

function fate({ losers }: PlannedDedupe): readonly string[] {
  if (losers === 'archive') return ['removed rows are kept in the archive'];
  if (losers === 'delete') return ['removed rows are NOT kept: this cannot be undone'];
  return [`rows are not removed but marked: ${losers.set.map((each) => each.column).join(', ')}`];
}

/** Writers of any of the rows wait for all of them. */
function describeLinked(linked: readonly LinkedSurvey[]): readonly string[] {
  const first = linked.find(({ constraint }) => constraint !== undefined) ?? linked[0];
  if (!first) return [];
  const { table, constraint } = first;
  const why = constraint === undefined ? '' : `, and would break ${constraint} between two batches`;
  return [`all groups go in one transaction: rows of ${tableLabel(table)} depend on several of them${why}`];
}

/** Where the copies of a group are not alike, the losers' values are the ones that go. */
function describeDiffering(
  { onDiffer, agree }: PlannedDedupe,
  differing: DifferingSurvey | undefined,
  groups: number,
): readonly string[] {
  if (!differing) return [];
  const { leftAlone } = differing;
  const fate = onDiffer === 'stop' ? 'they are left alone' : "the survivor's values stay";
  return [
    ...(differing.groups > 0
      ? [
          `copies differ in ${formatCount(differing.groups)} of ${countOf(groups, 'group')}: ${differingColumns(differing)}; ${fate}`,
        ]
      : []),
    ...(leftAlone.groups > 0 && agree.length > 0
      ? [
          `${countOf(leftAlone.groups, 'group')} left alone: copies disagree in ${agree.join(', ')}${onDiffer === 'stop' ? ', or differ' : ''}`,
        ]
      : []),
  ];
}
