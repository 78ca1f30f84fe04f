import { expect } from 'vitest';
import { exitCodeOf } from '../../src/model/exit-code.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { LeftStatement } from '../../src/model/preflight-report.ts';
import type { Report } from '../../src/model/report.ts';
import type { DedupeTargetReport } from '../../src/model/target-report.ts';
import { renderReport } from '../../src/report/render.ts';

const LOOK = { width: 400, colour: false, unicode: true, verbose: false, redact: false };
const WORDS = { ok: '✓ OK', findings: '▲ FINDINGS', failed: '✗ FAILED' } as const;

/**
 * Holds the last line of a report against its body: the verdict, the marks and the exit code agree, and every number of
 * the last line is one that the body has. A number that nothing here accounts for fails.
 * @param elsewhere numbers that no body has, by the words after them.
 */
export function expectTrueVerdict(report: Report, elsewhere: Readonly<Record<string, number>> = {}): string {
  const text = renderReport(report, 'human', LOOK);
  const lines = text.trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  const body = lines.slice(0, -1).join('\n');
  const stopped = report.exitCode === 130;
  expect(last, text).toContain(stopped ? 'INTERRUPTED' : WORDS[report.verdict]);
  expect(exitCodeOf(report) === 0, `exit code ${exitCodeOf(report)} and ${last}`).toBe(report.verdict === 'ok');
  if (report.verdict === 'ok') expect(body, text).not.toMatch(/✗/);
  if (report.next?.includes('archive restore')) expect(offersRows(report), `next: ${report.next}`).toBe(true);
  if (stopped && report.command === 'dedupe') expect(body, text).toMatch(/^▲ /m);
  let untold = report.summary;
  for (const [words, count] of [...numbersOf(report), ...Object.entries(elsewhere)]) {
    untold = untold.replaceAll(new RegExp(`(?<![\\w/.-])([\\d,]+) (?=${words})`, 'g'), (_, told: string) => {
      expect(Number(told.replaceAll(',', '')), `${words} in: ${text}`).toBe(count);
      return '';
    });
  }
  expect(untold, `a number that nothing accounts for, in: ${report.summary}`).not.toMatch(/(?<![\w/.-])\d+ [a-z]/);
  return text;
}

/** What the words after a number in the last line count, computed from what the body shows. */
function numbersOf(report: Report): readonly (readonly [words: string, count: number])[] {
  switch (report.command) {
    case 'status': {
      const of = (state: string) => report.migrations.filter((each) => each.state === state).length;
      return [
        ['of [\\d,]+ migrations? applied', of('done')],
        ['migrations? applied', report.migrations.length],
        ['pending', of('pending')],
        ['running', of('running')],
        ['interrupted', of('interrupted')],
        ['failed', of('failed')],
        ['rolled back', of('rolled back')],
        ['lost index', report.findings.filter(({ code }) => code === 'MSGDB_INDEX_MISSING').length],
      ];
    }
    case 'preflight': {
      const of = (status: string) => report.statements.filter((each) => each.status === status).length;
      return [
        ['statements? will fail', of('fails')],
        ['statements? could not be resolved', of('unresolved')],
        ['files? could not be read', report.findings.filter(({ code }) => code === 'MSGDB_PENDING_NOT_READ').length],
        ['statements? of', report.statements.length],
        ['pending migrations? looked at', report.migrations.length],
        ['statements? not repairable', (report.repair?.left ?? []).filter(({ command }) => command === null).length],
        ['excess rows? left to', excessLeft(report.repair?.left ?? [])],
        ['fences? up', (report.repair?.fences ?? []).filter(({ state }) => state === 'up').length],
        ['index(es)? built', (report.repair?.builds ?? []).filter(({ state }) => state === 'built').length],
        ...(report.repair ? numbersOf({ ...report, ...report.repair, command: 'dedupe' }) : []),
      ];
    }
    case 'migrate': {
      const rebuilt = report.applied.filter(({ summary }) => summary.endsWith(' was missing')).length;
      const planned = new Set(report.plan.map(({ migration }) => migration));
      const would = report.pending.filter((name) => planned.has(name)).length;
      return [
        ['migrations? applied', report.applied.length - rebuilt],
        ['migrations? would be applied', would],
        ['lost index(es)? built', rebuilt],
        ['lost index(es)? would be built', planned.size - would],
        ['(later ones?|others?) (is|are) pending', report.pending.length - would],
      ];
    }
    case 'report': {
      const of = (...kinds: readonly string[]) =>
        report.changes.filter(({ kind }) => kinds.includes(kind)).reduce((all, { rows }) => all + rows, 0);
      return [
        ['rows? removed', of('removed', 'deleted', 'purged')],
        ['rows? changed', of('updated')],
        ['index(es)? built', report.changes.filter(({ kind }) => kind === 'built-index').length],
        ['rows? restored since', report.changes.reduce((all, { restored }) => all + restored, 0)],
      ];
    }
    case 'archive':
      return [
        ['rows? restored', report.restoredRows],
        ['not', report.notRestoredRows],
        ['runs? with', report.runs.length],
        ['archived rows? shown', report.rows.length],
        ['archived rows? deleted', report.purgedRows],
      ];
    case 'dedupe': {
      const { targets } = report;
      const sum = (of: (target: DedupeTargetReport) => number) => targets.reduce((all, each) => all + of(each), 0);
      const excess = sum(({ excessRows }) => excessRows);
      return [
        ['rows? removed', sum(({ deleted }) => deleted)],
        ['rows? marked', sum(({ marked }) => marked)],
        ['groups? left alone', leftAloneIn(report.findings)],
        ['rows? in', excess],
        ['groups? would', report.targets.reduce((all, each) => all + each.groups, 0)],
        // How many of them stay with their groups, only the run that comes of it shows.
        ...(leftAloneIn(report.findings) > 0 ? [] : [['rows? would be (removed|marked)', excess] as const]),
      ];
    }
    case 'find-duplicates': {
      const { targets } = report;
      const excess = targets.reduce((all, { excessRows }) => all + excessRows, 0);
      const unseen = report.findings.filter(({ code }) => code !== 'MSGDB_DUPLICATES_FOUND').length;
      return [
        ['excess rows? in', excess],
        ['of [\\d,]+ rules?', targets.filter(({ excessRows }) => excessRows > 0).length],
        ['rules? could not be checked', unseen],
        ['rules?$|rules?;', excess > 0 ? targets.length + unseen : targets.length],
      ];
    }
    case 'rollback': {
      const planned = new Set(report.plan.map(({ migration }) => migration)).size;
      return [
        ['migrations? rolled back', report.rolledBack.length],
        ['migrations? would be rolled back', planned],
        ['rows? not restored', report.notRestoredRows],
      ];
    }
    case 'redo':
      return [];
    case 'verify':
    case 'doctor': {
      const of = (status: string) => report.checks.filter((each) => each.status === status).length;
      const made = report.checks.length - of('skipped');
      const unlike = report.findings.filter(({ code }) =>
        ['MSGDB_MIGRATION_EDITED', 'MSGDB_MIGRATION_MISSING', 'MSGDB_OUT_OF_ORDER'].includes(code),
      );
      return [
        ['of [\\d,]+ checks? failed', of('failed')],
        ['checks? failed', made],
        ['things? to look after', of('failed')],
        ['checks? could not be made', of('skipped')],
        ['checks?, ', made],
        ['(applied )?migrations? (differs? from the history|(is|are) missing)', unlike.length],
      ];
    }
    case 'check-upserts': {
      const told = report.upserts.filter(({ ignored }) => ignored === null);
      const of = (status: string) => told.filter((each) => each.status === status).length;
      return [
        ['upserts? in', report.upserts.length],
        ['files? not read', new Set(report.skipped.map(({ file }) => file)).size],
        ['files?', report.files],
        ['errors?', of('error')],
        ['warnings?', of('warning')],
        ['unresolved', of('unresolved')],
        ['ignored', report.upserts.length - told.length],
        ['folders? passed over', report.passedOver.length],
      ];
    }
    case 'fence': {
      const kept = report.fences.filter(({ state }) => state === 'standing' || state === 'disabled').length;
      return [
        ['fences? kept', kept],
        ['to be cleared away', report.fences.length - kept],
        ['fences? taken down', report.fences.length],
      ];
    }
    case 'baseline':
      return [['migrations?', report.created.length]];
    case 'init':
    case 'new':
    case 'repair':
    case 'demo':
      return [];
  }
}

/** Groups that stay as they are, as the findings report them. */
function leftAloneIn(findings: readonly Finding[]): number {
  return findings.reduce((all, { message }) => all + Number(/(\d+) groups? left alone/.exec(message)?.[1] ?? 0), 0);
}

/** Two statements may be about the same rows. */
function excessLeft(left: readonly LeftStatement[]): number {
  const rows = new Map(left.map((each) => [each.command, each.rows ?? 0]));
  return [...rows.values()].reduce((all, each) => all + each, 0);
}

/** Is there anything in the archive that could be put back? */
function offersRows(report: Report): boolean {
  if (report.command === 'preflight' && report.repair?.builds.some(({ state }) => state === 'built')) return true;
  if (report.command === 'archive') return report.rows.length > 0;
  const done = report.command === 'preflight' ? report.repair?.targets : 'dedupe' === report.command && report.targets;
  return (done || []).some(({ archived, marked }) => archived + marked > 0);
}
