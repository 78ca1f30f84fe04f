import { CODES } from '../../model/codes.ts';
import type { Finding } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';

/** What a command says at its end. */
interface Ending {
  readonly findings: readonly Finding[];
  readonly summary: string;
  readonly next?: string | undefined;
}

type Conclusion = Pick<Report, 'verdict' | 'findings' | 'summary' | 'next' | 'exitCode'>;

/** The end of a report: its verdict follows from its findings. */
export function conclude({ findings, summary, next }: Ending): Conclusion {
  const exitCode = exitOf(findings);
  return {
    verdict: findings.some(({ level }) => level !== 'warning') ? 'findings' : 'ok',
    findings,
    summary,
    ...(next === undefined ? {} : { next }),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/**
 * The end of a plan that was only to be shown. A privilege that is missing for doing it, or for looking at a part of it, is
 * a finding of the plan: it was shown all the same.
 */
export function concludeLook(ending: Ending): Conclusion {
  const { exitCode: _, ...conclusion } = conclude(ending);
  const exitCode = exitOf(ending.findings.filter(({ code }) => code !== 'MSGDB_PERMISSION_DENIED'));
  return exitCode === undefined ? conclusion : { ...conclusion, exitCode };
}

/** A finding that is not about the data (a wrong name, a missing privilege) keeps its own exit code. */
function exitOf(findings: readonly Finding[]): number | undefined {
  return findings.map((each) => CODES[each.code].exit).find((exit) => exit !== 1);
}
