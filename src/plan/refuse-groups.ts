import type { DifferingSurvey } from '../model/group-survey.ts';
import type { Dedupe, Survey } from '../model/plan.ts';
import { tableLabel } from './names.ts';
import type { Refusals } from './refusals.ts';

/** With groups left alone no index can be built, so nothing is begun. */
export function refuseDiffering(dedupe: Dedupe, { differing }: Survey, refusals: Refusals): void {
  if (dedupe.onDiffer === 'keep' || !differing || differing.groups === 0) return;
  refusals.add(
    'MSGDB_GROUP_DIFFERS',
    `${differingGroups(differing)} of ${tableLabel(dedupe.key.table)} have copies that differ, in ${differingColumns(differing)}.`,
  );
}

/** Children that would lose their reference, or must not collide: seen before the first row is changed. */
export function refuseChildren(dedupe: Dedupe, { references, ambiguous }: Survey, refusals: Refusals): void {
  for (const { columns, rows } of ambiguous) {
    const label = tableLabel(dedupe.key.table);
    refusals.add(
      'MSGDB_REFUSED',
      `${rows} rows of ${label} have the ${columns.join(', ')} of a row that would go, and are no copies of it: whose children are whose?`,
      `${columns.join(', ')} must be unique for others to refer to it. If an index says that it is, the index is damaged: remove the copies by hand, then reindex table ${label}.`,
    );
  }
  for (const [place, { label, onCollision, uniques, referenced }] of dedupe.references.entries()) {
    const unnamed = references?.[place]?.unnamed ?? 0;
    if (unnamed > 0) {
      refusals.add(
        'MSGDB_REFUSED',
        `${unnamed} rows of ${label} would lose their reference: their survivor has NULL in ${referenced.join(', ')}.`,
        `Let a row that has it survive: keep: [{ most: 'complete', of: ['${referenced.join("', '")}'] }, …].`,
      );
    }
    const colliding = references?.[place]?.colliding ?? 0;
    if (onCollision !== 'refuse' || colliding === 0) continue;
    refusals.add(
      'MSGDB_REFUSED',
      `${colliding} rows of ${label} would become copies of others under ${uniques.map(({ index }) => index).join(', ')}.`,
      `Choose onCollision: 'keep-survivor' or 'merge' for ${label}, or mend the rows by hand.`,
    );
  }
}

/** `3 groups`, for people. */
export function differingGroups({ groups }: DifferingSurvey): string {
  return `${groups.toLocaleString('en-US')} group${groups === 1 ? '' : 's'}`;
}

/** `status (3), note (1)`: columns, and in how many groups they differ. */
export function differingColumns({ columns }: DifferingSurvey): string {
  return columns.map(({ column, groups }) => `${column} (${groups.toLocaleString('en-US')})`).join(', ');
}
