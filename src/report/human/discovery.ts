import { countOf } from '../../model/count-of.ts';
import type { DiscoveredKey, Discovery, Likelihood, PassedOverTable } from '../../model/discovery.ts';
import { flow, flowLabelled, prose } from './flow.ts';
import { grouped } from './grouped.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import type { Line } from './line.ts';

/** Of more tables the rest is a number, unless everything was asked for. */
const MOST_TABLES = 5;

/** Keys that may lack a unique index, the likeliest first; then tables that could not be looked at. */
export function renderDiscovery(ink: Ink, discovery: Discovery): readonly (readonly string[])[] {
  return [
    ...discovery.candidates.map((key) => renderKey(ink, key)),
    renderRuledOut(ink, discovery),
    renderPassedOver(ink, discovery.passedOver),
  ];
}

function renderKey(ink: Ink, found: DiscoveredKey): readonly string[] {
  const key = `(${found.key.join(', ')})${found.where === null ? '' : ` where ${found.where}`}`;
  const dim = (text: string): Line => [{ text, paint: ink.paint.dim }];
  return [
    ...renderHeading(ink, `${found.table} ${key}`, found.likelihood, likelihoodPaint(ink, found.likelihood)),
    ...flow(ink, countLine(ink, found), { first: 2, rest: 4 }),
    ...flow(ink, dim(found.reasons.join(', ')), { first: 4, rest: 4 }),
    ...(found.obstacle === null ? [] : flow(ink, [{ text: found.obstacle, paint: ink.paint.attention }], 4)),
    ...flowLabelled(ink, dim(`${ink.symbol.to} `), 3, [{ text: found.next, paint: ink.paint.command }], 2),
  ];
}

function likelihoodPaint(ink: Ink, likelihood: Likelihood) {
  return likelihood === 'possible' ? ink.paint.plain : ink.paint.strong;
}

function countLine(ink: Ink, { counted, unconfirmed, obstacle }: DiscoveredKey): Line {
  if (!counted) {
    const text = `duplicates not confirmed: ${unconfirmed ?? ''}`;
    return [{ text: `${ink.symbol.skipped} `, paint: ink.paint.attention, mark: true }, { text }];
  }
  const { coveredRows, excessRows, groups } = counted;
  if (excessRows > 0) {
    const text = `${countOf(excessRows, 'excess row')} in ${countOf(groups, 'group')} of ${countOf(coveredRows, 'row')}`;
    return [{ text: `${ink.symbol.attention} `, paint: ink.paint.attention, mark: true }, { text }];
  }
  const then = obstacle === null ? ': a unique index can be built at once' : '';
  return [
    { text: `${ink.symbol.ok} `, paint: ink.paint.ok, mark: true },
    { text: `no duplicates in ${countOf(coveredRows, 'row')}${then}` },
  ];
}

function renderRuledOut(ink: Ink, { ruledOut, notCounted, candidates }: Discovery): readonly string[] {
  const proposed = 'These are proposals: whether a key has to be unique, only its application knows.';
  const out = `${countOf(ruledOut, 'more was', 'more were')} counted and left out: too many copies, or too few rows to judge by.`;
  const uncounted = `${countOf(notCounted, 'less likely one was', 'less likely ones were')} not counted: name a schema or a table.`;
  const sentences = [
    [proposed, candidates.length],
    [out, ruledOut],
    [uncounted, notCounted],
  ] as const;
  const text = sentences.flatMap(([sentence, count]) => (count > 0 ? [sentence] : [])).join(' ');
  return text === '' ? [] : flow(ink, [{ text, paint: ink.paint.dim }]);
}

/** Tables with one reason together, and what mends it for each of them. */
function renderPassedOver(ink: Ink, tables: readonly PassedOverTable[]): readonly string[] {
  if (tables.length === 0) return [];
  return [
    ...renderHeading(ink, 'Not looked at', countOf(tables.length, 'table')),
    ...grouped(tables, ({ reason }) => reason).flatMap((group) => renderReason(ink, group)),
  ];
}

function renderReason(ink: Ink, tables: readonly PassedOverTable[]): readonly string[] {
  const shown = ink.look.verbose ? tables : tables.slice(0, MOST_TABLES);
  const unseen = tables.length - shown.length;
  const mark = { text: `${ink.symbol.skipped} `, paint: ink.paint.attention, mark: true as const };
  const note = { text: `${ink.symbol.more} and ${countOf(unseen, 'more table')}`, paint: ink.paint.dim };
  const fixes = [...new Set(shown.map(({ fix }) => fix))];
  return [
    ...flow(ink, [mark, { text: `${shown.map(({ table }) => table).join(', ')}: ${tables[0]?.reason ?? ''}` }], 2),
    ...fixes.flatMap((fix) =>
      flowLabelled(ink, [{ text: `${ink.symbol.to} `, paint: ink.paint.dim }], 3, prose(ink, fix), 4),
    ),
    ...(unseen > 0 ? flow(ink, [note], 4) : []),
  ];
}
