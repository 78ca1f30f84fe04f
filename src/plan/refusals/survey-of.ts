import type { ResolvedReference } from '../../model/dedupe.ts';
import type { ReferenceSurvey } from '../../model/group-survey.ts';
import type { Movement } from '../../model/movement.ts';

/** What was counted of all references of a table together; undefined where nothing was. */
export function surveyOf(
  { links }: Pick<Movement, 'links'>,
  references: readonly ResolvedReference[],
  surveys: readonly ReferenceSurvey[] | undefined,
): ReferenceSurvey | undefined {
  const own = surveys?.filter((_, place) => links.some((link) => link === references[place])) ?? [];
  if (own.length === 0) return undefined;
  return own.reduce((sum, each) => ({
    moving: sum.moving + each.moving,
    colliding: sum.colliding + each.colliding,
    refused: sum.refused + each.refused,
    unnamed: sum.unnamed + each.unnamed,
  }));
}
