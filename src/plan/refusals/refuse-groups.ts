import { countOf, formatCount } from '../../model/count-of.ts';
import type { Dedupe } from '../../model/dedupe.ts';
import type { DifferingSurvey, ReferenceSurvey } from '../../model/group-survey.ts';
import { type Movement, movementsOf } from '../../model/movement.ts';
import type { Survey } from '../../model/plan.ts';
import type { Refusals } from '../../model/refusals.ts';
import { tableLabel } from '../../model/table-label.ts';
import { surveyOf } from './survey-of.ts';

/** With groups left alone no index can be built, so nothing is begun. */
export function refuseDiffering(dedupe: Dedupe, { differing }: Survey, refusals: Refusals): void {
  if (dedupe.onDiffer === 'keep' || !differing || differing.groups === 0) return;
  const label = tableLabel(dedupe.key.table);
  refusals.add(
    'MSGDB_GROUP_DIFFERS',
    `${countOf(differing.groups, `group of ${label} has`, `groups of ${label} have`)} copies that differ, in ${differingColumns(differing)}.`,
    mergeFirst(differing),
  );
}

/** `merge: { status: 'first-non-null' }` for the column that differs most often. */
function mergeFirst({ columns: [first] }: DifferingSurvey): string {
  return `Say what the survivor takes, such as merge: { ${first?.column ?? 'column'}: 'first-non-null' }, or let its own values stay with --on-differ keep; \`msgdb find-duplicates\` shows the copies.`;
}

/** Children that would lose their reference, or must not collide: seen before the first row is changed. */
export function refuseChildren(dedupe: Dedupe, { references, ambiguous }: Survey, refusals: Refusals): void {
  for (const { columns, rows } of ambiguous) {
    const label = tableLabel(dedupe.key.table);
    refusals.add(
      'MSGDB_REFUSED',
      `${countOf(rows, `row of ${label} has`, `rows of ${label} have`)} the same ${columns.join(', ')} as a row that would be removed, but ${rows === 1 ? 'is not a copy' : 'are not copies'} of it: the rows that refer to this value could belong to either.`,
      `Run \`msgdb dedupe --table ${label} --key ${columns.join(',')} --dry-run\` first: it removes the copies and rebuilds an index that is damaged. Or let the rows refer to columns that are unique.`,
    );
  }
  for (const [place, { label, referenced }] of dedupe.references.entries()) {
    const unnamed = references?.[place]?.unnamed ?? 0;
    if (unnamed > 0) {
      refusals.add(
        'MSGDB_REFUSED',
        `${countOf(unnamed, 'row')} of ${label} would lose the reference: the survivor has NULL in ${referenced.join(', ')}.`,
        `Let a row that has it survive: keep: [{ most: 'complete', of: ['${referenced.join("', '")}'] }, …].`,
      );
    }
  }
  for (const movement of movementsOf(dedupe.references)) refuseCollisions(movement, dedupe, references, refusals);
}

function refuseCollisions(
  movement: Movement,
  dedupe: Dedupe,
  surveys: readonly ReferenceSurvey[] | undefined,
  refusals: Refusals,
): void {
  const { label, uniques } = movement;
  const colliding = surveyOf(movement, dedupe.references, surveys)?.colliding ?? 0;
  if (colliding === 0) return;
  const indexes = uniques.map(({ index }) => index).join(', ');
  const copies = `${countOf(colliding, `row of ${label} would become a copy of another`, `rows of ${label} would become copies of others`)} under ${indexes}`;
  if (uniques.some(({ onCollision }) => onCollision === 'refuse')) {
    refusals.add(
      'MSGDB_REFUSED',
      `${copies}.`,
      `Choose onCollision: 'keep-survivor' or 'merge' for ${label}, or correct the rows by hand.`,
    );
  }
}

/** `status (3), note (1)`: columns, and in how many groups they differ. */
export function differingColumns({ columns }: DifferingSurvey): string {
  return columns.map(({ column, groups }) => `${column} (${formatCount(groups)})`).join(', ');
}
