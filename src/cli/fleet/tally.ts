import { countOf, formatCount } from '../../model/count-of.ts';
import type { Finding } from '../../model/finding.ts';
import type { FleetEnd, FleetEntry, TargetStatus } from '../../model/fleet-report.ts';
import { findingOfTarget } from '../../report/fleet/problems.ts';

/** Counts how it went, and keeps nothing else of a target but a line where it is not in order. */
export interface Tally {
  add(entry: FleetEntry): void;
  /** Has a target failed: is no further one to be begun, unless that is asked for? */
  failed(): boolean;
  end(how: Ending): FleetEnd;
}

/** What else is to be said at the end. */
export interface Ending {
  readonly runs: string;
  /** What goes on with the run. */
  readonly next: string | undefined;
  readonly interrupted: boolean;
  readonly elapsed: () => number;
}

/** Of what Ctrl-C has stopped: between two targets, none of them says so. */
const INTERRUPTED = 130;

/** @param looks what a command that looks finds is its result, and no failure. */
export function createTally(looks: { readonly looks: boolean }): Tally {
  const counts: Record<TargetStatus, number> = {
    ok: 0,
    findings: 0,
    failed: 0,
    interrupted: 0,
    'not begun': 0,
    'done before': 0,
  };
  const findings: Finding[] = [];
  let exitCode = 0;
  let failed = false;
  return {
    add: (entry) => {
      counts[entry.status] += 1;
      exitCode = Math.max(exitCode, entry.exitCode ?? 0);
      if (entry.status === 'failed' || (entry.status === 'findings' && !looks.looks)) failed = true;
      if (entry.status === 'failed' || entry.status === 'findings') findings.push(findingOfTarget(entry));
    },
    failed: () => failed,
    end: ({ runs, next, interrupted, elapsed }) => {
      const open = counts.failed + counts.interrupted + counts['not begun'];
      return {
        runs,
        verdict: open > 0 ? 'failed' : counts.findings > 0 ? 'findings' : 'ok',
        findings,
        counts,
        summary: summarize(counts),
        ...(next === undefined || open + counts.findings === 0 ? {} : { next }),
        exitCode: interrupted && open > 0 ? Math.max(exitCode, INTERRUPTED) : exitCode,
        durationMs: Math.round(elapsed()),
      };
    },
  };
}

const WORDS: Readonly<Record<Exclude<TargetStatus, 'ok'>, string>> = {
  findings: 'with findings',
  failed: 'failed',
  interrupted: 'interrupted',
  'not begun': 'not begun',
  'done before': 'done before',
};

function summarize(counts: Readonly<Record<TargetStatus, number>>): string {
  const all = Object.values(counts).reduce((sum, each) => sum + each, 0);
  if (counts.ok === all) return all === 1 ? '1 target is in order' : `all ${formatCount(all)} targets are in order`;
  const others = (Object.keys(WORDS) as (keyof typeof WORDS)[]).filter((status) => counts[status] > 0);
  const parts = others.map((status) => `${formatCount(counts[status])} ${WORDS[status]}`);
  return `${formatCount(counts.ok)} of ${countOf(all, 'target')} in order, ${parts.join(', ')}`;
}
