import type { FindDuplicatesReport } from '../../model/report.ts';
import type { Ink } from './ink.ts';
import { renderCensus, renderSamples } from './targets.ts';

/** The rules with their counts, then examples of the groups. */
export function renderFindDuplicates(ink: Ink, report: FindDuplicatesReport): readonly (readonly string[])[] {
  return [renderCensus(ink, report.targets), ...report.targets.map((target) => renderSamples(ink, target))];
}
