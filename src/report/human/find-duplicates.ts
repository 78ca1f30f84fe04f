import type { FindDuplicatesReport } from '../../model/report.ts';
import { renderDiscovery } from './discovery.ts';
import type { Ink } from './ink.ts';
import { renderCensus, renderSamples } from './targets.ts';
import { renderWhy } from './why.ts';

/** The rules with their counts, then examples of the groups and how they came; or rules that no migration declares. */
export function renderFindDuplicates(ink: Ink, report: FindDuplicatesReport): readonly (readonly string[])[] {
  return [
    renderCensus(ink, report.targets),
    ...report.targets.flatMap((target) => [renderSamples(ink, target), ...renderWhy(ink, target)]),
    ...(report.discovery ? renderDiscovery(ink, report.discovery) : []),
  ];
}
