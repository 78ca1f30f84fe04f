import type { RunEvent } from '../../model/event.ts';
import { dotted, flow, flowLabelled, prose } from '../../report/human/flow.ts';
import type { Ink } from '../../report/human/ink.ts';
import type { Line } from '../../report/human/line.ts';
import { formatDuration } from '../../report/human/numbers.ts';
import { renderTable } from '../../report/human/table.ts';

/** Lines that an event leaves for good; none for what only moves the progress on. */
export function renderEvent(ink: Ink, event: RunEvent): readonly string[] {
  const { paint, symbol } = ink;
  switch (event.kind) {
    case 'section':
      return flow(ink, [{ text: event.title, paint: paint.strong }], { first: 0, rest: 2 });
    case 'note':
      return [
        ...flowLabelled(ink, [{ text: symbol.info, paint: paint.dim }], 2, prose(ink, event.message), 2),
        ...renderQueries(ink, event.queries),
      ];
    case 'waiting':
      return [
        ...flowLabelled(ink, [{ text: symbol.pending, paint: paint.attention }], 2, prose(ink, event.message), 2),
        ...renderQueries(ink, event.queries),
      ];
    case 'step-done':
      return flowLabelled(ink, [{ text: symbol.ok, paint: paint.ok }], 2, stepLine(ink, event), 2);
    case 'step-started':
      return ink.look.verbose
        ? flowLabelled(ink, [{ text: symbol.running, paint: paint.dim }], 2, [{ text: event.title }], 2)
        : [];
    case 'facts':
      return renderFacts(ink, event.rows);
    case 'server-message': {
      const label = [{ text: event.message.severity.toLowerCase(), paint: paint.attention }, { text: ' ' }];
      return flowLabelled(ink, label, 2, prose(ink, event.message.text), 2);
    }
    case 'run-started':
    case 'progress':
      return [];
  }
}

/** Other people's statements: only where more detail was asked for. */
function renderQueries(ink: Ink, queries: readonly string[] = []): readonly string[] {
  if (!ink.look.verbose) return [];
  return queries.flatMap((query) => flow(ink, [{ text: query, paint: ink.paint.dim }], { first: 4, rest: 6 }));
}

function renderFacts(ink: Ink, rows: readonly (readonly [name: string, text: string])[]): readonly string[] {
  const cells = rows.map(([name, text]) => [
    [[{ text: name, paint: ink.paint.dim }]],
    text.split('\n').map((line) => prose(ink, line)),
  ]);
  return renderTable(ink, [{ title: '' }, { title: '' }], cells, 4);
}

function stepLine(ink: Ink, event: Extract<RunEvent, { kind: 'step-done' }>): Line {
  const took = formatDuration(event.durationMs);
  return dotted(
    ink,
    [{ text: event.title }],
    [{ text: event.detail ?? '', paint: ink.paint.dim }],
    [{ text: took, paint: ink.paint.dim, whole: true }],
  );
}
