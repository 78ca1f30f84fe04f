import { countOf } from '../../model/count-of.ts';
import type { FleetEnd, FleetEntry, FleetOpening, TargetStatus } from '../../model/fleet-report.ts';
import { dotted, flow, flowLabelled, prose } from '../human/flow.ts';
import { createInk, type Ink, type Paint } from '../human/ink.ts';
import { type Span, widthOf } from '../human/line.ts';
import { formatDuration } from '../human/numbers.ts';
import { verdictMark } from '../human/verdict.ts';
import type { Look } from '../look.ts';
import type { FleetForm } from './form.ts';
import { problemsOf } from './problems.ts';

/** Problems that are shown of one target, unless all are asked for. */
const SHOWN = 3;
/** The exit code of what Ctrl-C has stopped at a safe point: it did not fail. */
const INTERRUPTED = 130;
/** Columns for names: what is longer pushes its text to the right. */
const NAME_COLUMNS = 24;

/** A line for each target as it ends, what is wrong below it, and the verdict of all at the end. */
export function createHumanForm(look: Look): FleetForm {
  const ink = createInk(look);
  return {
    open: (opening) => joined([...renderOpening(ink, opening), '']),
    entry: (entry) => joined(renderEntry(ink, entry)),
    close: (end) => joined(['', ...renderEnd(ink, end)]),
  };
}

function renderOpening(ink: Ink, { runs, dryRun, targets, parallel }: FleetOpening): readonly string[] {
  const title = dotted(
    ink,
    [{ text: runs, paint: ink.paint.strong }],
    [{ text: dryRun ? 'dry run, nothing is changed' : '', paint: ink.paint.attention }],
    [{ text: countOf(targets, 'target'), paint: ink.paint.dim }],
    [{ text: `${parallel} at a time`, paint: ink.paint.dim }],
  );
  return flow(ink, title, { first: 0, rest: 2 });
}

function renderEntry(ink: Ink, entry: FleetEntry): readonly string[] {
  const { symbol, paint } = markOf(ink, entry.status);
  const name: Span = { text: entry.name, paint: ink.paint.strong };
  const room = ' '.repeat(Math.max(2, NAME_COLUMNS - widthOf([name])));
  const took = entry.exitCode === null ? '' : formatDuration(entry.durationMs);
  const line = dotted(
    ink,
    [name, { text: room }, ...prose(ink, entry.summary)],
    [{ text: took, paint: ink.paint.dim, whole: true }],
  );
  return [...flowLabelled(ink, [{ text: symbol, paint }], 2, line, 2), ...renderProblems(ink, entry)];
}

function renderProblems(ink: Ink, entry: FleetEntry): readonly string[] {
  if (entry.status === 'interrupted') return [];
  const problems = problemsOf(entry);
  const shown = ink.look.verbose ? problems : problems.slice(0, SHOWN);
  const more = problems.length - shown.length;
  return [
    ...shown.flatMap(({ code, message, fix }) => [
      ...(message === entry.summary ? [] : flow(ink, prose(ink, message), 6)),
      ...flowLabelled(ink, [{ text: ink.symbol.to, paint: ink.paint.dim }], 3, prose(ink, fix), 6),
      ...flow(ink, [{ text: code, paint: ink.paint.dim }], 9),
    ]),
    ...(more > 0 ? flow(ink, [{ text: `${countOf(more, 'more finding')}: --verbose`, paint: ink.paint.dim }], 6) : []),
  ];
}

function renderEnd(ink: Ink, end: FleetEnd): readonly string[] {
  const { symbol, word, paint } =
    end.exitCode === INTERRUPTED
      ? { ...verdictMark(ink, 'findings'), word: 'INTERRUPTED' }
      : verdictMark(ink, end.verdict);
  const label: Span = { text: `${symbol} ${word}  `, paint };
  const took = [{ text: formatDuration(end.durationMs), paint: ink.paint.dim, whole: true as const }];
  const ending = dotted(ink, prose(ink, end.summary, ink.paint.strong), took);
  const next =
    end.next === undefined
      ? []
      : flowLabelled(ink, [{ text: ink.symbol.to, paint: ink.paint.dim }], 3, [
          { text: 'next: ', paint: ink.paint.dim },
          { text: end.next, paint: ink.paint.command },
        ]);
  return [...flowLabelled(ink, [label], widthOf([label]), ending), ...next];
}

function markOf(ink: Ink, status: TargetStatus): { readonly symbol: string; readonly paint: Paint } {
  switch (status) {
    case 'ok':
      return { symbol: ink.symbol.ok, paint: ink.paint.ok };
    case 'findings':
    case 'interrupted':
      return { symbol: ink.symbol.attention, paint: ink.paint.attention };
    case 'failed':
      return { symbol: ink.symbol.wrong, paint: ink.paint.wrong };
    case 'not begun':
      return { symbol: ink.symbol.pending, paint: ink.paint.dim };
    case 'done before':
      return { symbol: ink.symbol.skipped, paint: ink.paint.dim };
  }
}

function joined(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
