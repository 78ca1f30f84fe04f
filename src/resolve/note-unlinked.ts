import { countOf } from '../model/count-of.ts';
import type { ResolvedRelink } from '../model/plan.ts';
import type { RelinkSurvey } from '../model/relink-survey.ts';

/** Rows that stay without a reference, and why. */
export function noteUnlinked(survey: RelinkSurvey, relink: ResolvedRelink): readonly string[] {
  const waiting = relink.create ? 0 : survey.waiting;
  const unmatchable = survey.lost - survey.matched - survey.waiting - survey.ambiguous;
  return [
    ...(survey.ambiguous > 0
      ? [
          `${countOf(survey.ambiguous, 'row matches more than one row and is', 'rows match more than one row and are')} left alone.`,
        ]
      : []),
    ...(waiting > 0 ? [`${countOf(waiting, 'row matches', 'rows match')} no row; createMissing would create it.`] : []),
    ...(unmatchable > 0
      ? [
          `${countOf(unmatchable, 'row has NULL in a matching column and is', 'rows have NULL in a matching column and are')} left alone.`,
        ]
      : []),
  ];
}
