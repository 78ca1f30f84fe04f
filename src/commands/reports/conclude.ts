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

/** A finding that is not about the data (a wrong name, a missing privilege) keeps its own exit code. */
function exitOf(findings: readonly Finding[]): number | undefined {
  return findings.map((each) => CODES[each.code].exit).find((exit) => exit !== 1);
}
