import type { Finding } from '../../model/finding.ts';
import type { Check, CheckStatus, VerifyReport } from '../../model/report.ts';
import type { UpsertSpelling } from '../../model/upsert-report.ts';
import { printableLines } from '../printable.ts';
import { fixOfCheck } from '../shown-by-check.ts';
import { renderFix } from './findings.ts';
import { flow, flowLabelled } from './flow.ts';
import { grouped } from './grouped.ts';
import { renderHeading } from './heading.ts';
import type { Ink, Paint } from './ink.ts';
import { type Line, widthOf } from './line.ts';

/** Checks of each migration and table, then the ON CONFLICT clauses that the application can write. */
export function renderVerify(ink: Ink, report: VerifyReport): readonly (readonly string[])[] {
  const groups = grouped(report.checks, ({ migration, table }) => JSON.stringify([migration, table]));
  return [...groups.map((checks) => renderGroup(ink, checks, report.findings)), renderUpserts(ink, report)];
}

function renderGroup(ink: Ink, checks: readonly Check[], findings: readonly Finding[]): readonly string[] {
  const { migration, table } = checks[0] ?? { migration: null, table: null };
  const [title = 'Database', beside = ''] = [migration, table].filter((name) => name !== null);
  const titles = Math.max(...checks.map((check) => widthOf([{ text: check.title }]))) + 4;
  return [
    ...renderHeading(ink, title, beside),
    ...checks.flatMap((check) => [
      ...renderCheck(ink, check, titles),
      ...(check.status === 'failed' ? renderFix(ink, fixOfCheck(check, findings) ?? '', 4) : []),
    ]),
  ];
}

/** What was seen stands beside the check, the details of a group under one another; on narrow terminals below it. */
function renderCheck(ink: Ink, check: Check, titles: number): readonly string[] {
  const { symbol, paint } = statusMark(ink, check.status);
  const title = { text: check.title, paint: check.status === 'failed' ? ink.paint.wrong : ink.paint.plain };
  const line: Line = [{ text: `${symbol} `, paint }, title];
  const details = printableLines(check.detail).map((text): Line => [{ text, paint: ink.paint.dim }]);
  if (titles * 2 > ink.width) {
    const below = details.filter((detail) => widthOf(detail) > 0);
    return [...flow(ink, line, { first: 2, rest: 4 }), ...below.flatMap((detail) => flow(ink, detail, 4))];
  }
  return details.flatMap((detail, index) => flowLabelled(ink, index === 0 ? line : [], titles, detail, 2));
}

function statusMark(ink: Ink, status: CheckStatus): { readonly symbol: string; readonly paint: Paint } {
  switch (status) {
    case 'ok':
      return { symbol: ink.symbol.ok, paint: ink.paint.ok };
    case 'failed':
      return { symbol: ink.symbol.wrong, paint: ink.paint.wrong };
    case 'info':
      return { symbol: ink.symbol.info, paint: ink.paint.command };
    case 'skipped':
      return { symbol: ink.symbol.skipped, paint: ink.paint.attention };
  }
}

function renderUpserts(ink: Ink, { upserts }: VerifyReport): readonly string[] {
  if (upserts.length === 0) return [];
  return [
    ...renderHeading(ink, 'ON CONFLICT', 'what the application can write'),
    ...upserts.flatMap(({ table, index, clause, spellings }) => [
      ...flow(ink, [{ text: table }, { text: `  ${index}`, paint: ink.paint.dim }], { first: 2, rest: 4 }),
      ...printableLines(clause).flatMap((line) =>
        flow(ink, [{ text: line, paint: ink.paint.command }], { first: 4, rest: 6 }),
      ),
      ...spellings
        .filter(({ via }) => via !== 'sql' || ink.look.verbose)
        .flatMap((spelling) => renderSpelling(ink, spelling)),
    ]),
  ];
}

/** How a library writes it; where its form leaves the predicate out, that it does not work. */
function renderSpelling(ink: Ink, { via, text, works }: UpsertSpelling): readonly string[] {
  const mark = works
    ? { text: ink.symbol.ok, paint: ink.paint.ok }
    : { text: ink.symbol.wrong, paint: ink.paint.wrong };
  const name = { text: ` ${via}  `, paint: ink.paint.dim };
  const ending = works ? [] : [{ text: '  finds no index (42P10)', paint: ink.paint.wrong }];
  return flow(ink, [mark, name, { text }, ...ending], { first: 4, rest: 6 });
}
