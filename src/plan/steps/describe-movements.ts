import { countOf } from '../../model/count-of.ts';
import type { Dedupe } from '../../model/dedupe.ts';
import type { ReferenceSurvey } from '../../model/group-survey.ts';
import { type Movement, movementsOf } from '../../model/movement.ts';
import { surveyOf } from '../refusals/survey-of.ts';

/** What becomes of the rows that refer to losers: a line for all references of a table, as its rows are changed once. */
export function describeMovements(
  { references, losers }: Pick<Dedupe, 'references' | 'losers'>,
  surveys: readonly ReferenceSurvey[] | undefined,
  indent = '',
): readonly string[] {
  return movementsOf(references).flatMap((movement) => {
    const survey = surveyOf(movement, references, surveys);
    if (survey && survey.moving + survey.colliding + survey.refused === 0)
      return [`${indent}${movement.label}: no row refers to a loser`];
    return [
      `${indent}${describeMovement(movement, losers, survey)}`,
      ...describeMovements({ references: movement.references, losers: 'archive' }, undefined, `${indent}  `),
    ];
  });
}

function describeMovement(movement: Movement, losers: Dedupe['losers'], survey: ReferenceSurvey | undefined): string {
  const { label, links, uniques, guards, removes } = movement;
  const rows = (amount: number | undefined): string => (amount === undefined ? '' : ` (${countOf(amount, 'row')})`);
  const copies =
    uniques.length > 0 && survey?.colliding !== 0
      ? `; copies under ${describeCopies(movement)}${rows(survey?.colliding)}`
      : '';
  const removed =
    removes && guards.some(({ kind }) => kind !== 'trigger') && survey?.refused !== 0
      ? `; rows that a constraint would refuse are archived and removed${rows(survey?.refused)}`
      : '';
  return `${label} ${links.length === 1 ? 'is' : 'are'} re-pointed to the survivor${rows(survey?.moving)}${describeActions(movement, losers)}${copies}${removed}`;
}

/** What foreign keys would do with the rows. */
function describeActions({ links }: Movement, losers: Dedupe['losers']): string {
  const acts = links.flatMap(({ onDelete }) =>
    onDelete === undefined || onDelete === 'no action' || onDelete === 'restrict' ? [] : [onDelete.toUpperCase()],
  );
  if (acts.length === 0 || typeof losers !== 'string') return '';
  return `, before ON DELETE ${[...new Set(acts)].join(' or ')} could act`;
}

/** `i, j are merged into one`, by policy where there are several. */
function describeCopies({ uniques }: Movement): string {
  const outcome = {
    'keep-survivor': 'archived and removed',
    remove: 'archived and removed',
    merge: 'merged into one',
    refuse: 'refused',
  };
  const ends = [...new Set(uniques.map(({ onCollision }) => outcome[onCollision]))];
  return ends
    .map((end) => {
      const indexes = uniques.filter(({ onCollision }) => outcome[onCollision] === end).map(({ index }) => index);
      return `${indexes.join(', ')} are ${end}`;
    })
    .join(', under ');
}
