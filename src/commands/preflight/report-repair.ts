import { countOf } from '../../model/count-of.ts';
import type { DeployFence, EarlyBuild, LeftStatement } from '../../model/preflight-report.ts';
import type { DedupeReport, PreflightReport } from '../../model/report.ts';
import { conclude } from '../reports/conclude.ts';
import type { Unfinished } from '../reports/make-report.ts';
import { withAdvice } from './early-builds.ts';

/** What was done for pending statements. */
export interface Repaired {
  readonly done: Unfinished<DedupeReport>;
  readonly left: readonly LeftStatement[];
  readonly builds: readonly EarlyBuild[];
  readonly fences: readonly DeployFence[];
}

/** A repair that had nothing to do. */
export function nothingRemoved(dryRun: boolean): Unfinished<DedupeReport> {
  const end = conclude({ findings: [], summary: 'no copies to remove' });
  return { command: 'dedupe', dryRun, runId: null, targets: [], plan: [], ...end };
}

/** What was done, and what the pending statements meet after it. */
export function reportRepair(
  report: Unfinished<PreflightReport>,
  { done, left, builds, fences }: Repaired,
): Unfinished<PreflightReport> {
  const { dryRun, runId, targets, plan } = done;
  const built = builds.filter(({ state }) => state === 'built').length;
  const up = fences.filter(({ state }) => state === 'up').length;
  const excess = new Map(left.flatMap(({ command, rows }) => (command === null ? [] : [[command, rows ?? 0]])));
  const stays = [...excess.values()].reduce((sum, rows) => sum + rows, 0);
  const closed = left.filter(({ command }) => command === null).length;
  const idle = runId === null && plan.length === 0 && done.findings.length === 0;
  const summary = [
    idle && left.length > 0 ? 'nothing was changed' : done.summary,
    ...(built > 0 ? [`${countOf(built, 'index', 'indexes')} built`] : []),
    ...(up > 0 ? [`${countOf(up, 'fence')} up`] : []),
    ...(stays > 0 ? [`${countOf(stays, 'excess row')} left to an earlier pending statement`] : []),
    ...(closed > 0 ? [`${countOf(closed, 'statement')} not repairable before the deploy`] : []),
    report.summary,
  ].join('; ');
  const undo =
    built > 0 && runId ? `msgdb archive restore ${runId} (drops what was built, puts the rows back)` : done.next;
  return {
    ...report,
    ...conclude({ findings: [...done.findings, ...withAdvice(report.findings, builds)], summary, next: undo }),
    ...(done.exitCode === undefined ? {} : { verdict: done.verdict, exitCode: done.exitCode }),
    repair: { dryRun, runId, targets, plan, left, builds, fences },
  };
}
