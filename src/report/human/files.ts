import type { FilesReport } from '../../model/report.ts';
import { flow } from './flow.ts';
import type { Ink } from './ink.ts';

/** The files or history entries that were made. */
export function renderFiles(ink: Ink, report: FilesReport): readonly (readonly string[])[] {
  const mark = { text: `${ink.symbol.added} `, paint: ink.paint.ok };
  return [report.created.flatMap((name) => flow(ink, [mark, { text: name }], { first: 2, rest: 4 }))];
}
