import { CODES } from '../../model/codes.ts';
import type { Finding } from '../../model/finding.ts';
import { printableLines } from '../printable.ts';
import { sourcePlaceOf } from '../source-place.ts';
import { renderExcerpt } from './excerpt.ts';
import { dotted, flow, flowLabelled, prose } from './flow.ts';
import { grouped } from './grouped.ts';
import type { Ink } from './ink.ts';

/** Findings, those of one code together: what each is about, and once what mends them. */
export function renderFindings(ink: Ink, findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  const kinds = grouped(findings, ({ code, fix }) => `${code} ${fix}`);
  return kinds.flatMap((group, index) => [...(index > 0 ? [''] : []), ...renderKind(ink, group)]);
}

function renderKind(ink: Ink, findings: readonly Finding[]): readonly string[] {
  const [first] = findings;
  if (!first) return [];
  const mark = { text: `${ink.symbol.attention} ${CODES[first.code].title}`, paint: ink.paint.attentionStrong };
  return [
    ...flow(ink, [mark, { text: `  ${first.code}`, paint: ink.paint.dim }], { first: 0, rest: 2 }),
    ...findings.flatMap((finding) => renderFinding(ink, finding)),
    ...renderFix(ink, first.fix, 2),
  ];
}

/** What mends it, behind an arrow. */
export function renderFix(ink: Ink, fix: string, indent: number): readonly string[] {
  if (fix === '') return [];
  const label = [{ text: `${ink.symbol.to} `, paint: ink.paint.dim }];
  return printableLines(fix).flatMap((line, index) =>
    flowLabelled(ink, index === 0 ? label : [], 3, prose(ink, line), indent),
  );
}

function renderFinding(ink: Ink, finding: Finding): readonly string[] {
  const place = sourcePlaceOf(finding);
  const source = place && [place.file, place.line, place.column].filter(Boolean).join(':');
  const where = [finding.migration, finding.table, source].filter((text) => text && !finding.message.includes(text));
  const about = dotted(ink, ...where.map((text) => [{ text: text ?? '', paint: ink.paint.strong }]));
  return [
    ...(about.length > 0 ? flow(ink, about, 2) : []),
    ...printableLines(finding.message).flatMap((line) => flow(ink, prose(ink, line), 2)),
    ...renderExcerpt(ink, finding.data ?? {}, 2),
    ...renderReason(ink, finding),
  ];
}

/** Why, where the finding knows more than the registry says of its code; and the statement for whoever wants it. */
function renderReason(ink: Ink, { code, data }: Finding): readonly string[] {
  const why = typeof data?.why === 'string' && data.why !== CODES[code].cause ? data.why : '';
  const statement = ink.look.verbose && typeof data?.statement === 'string' ? data.statement : '';
  return [why, statement]
    .filter((text) => text !== '')
    .flatMap(printableLines)
    .flatMap((line) => flow(ink, prose(ink, line, ink.paint.dim), 2));
}
