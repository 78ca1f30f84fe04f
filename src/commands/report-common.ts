import { CODES } from '../model/codes.ts';
import type { Finding } from '../model/finding.ts';
import type { Report, Verdict } from '../model/report.ts';
import type { Context } from './context.ts';
import { databaseLabel } from './with-database.ts';

/** What a command says at its end, before it is timed and given its database. */
export interface Ending {
  readonly findings: readonly Finding[];
  readonly summary: string;
  readonly next?: string | undefined;
}

type Common = Pick<Report, 'verdict' | 'findings' | 'summary' | 'durationMs'> &
  Partial<Pick<Report, 'next' | 'database' | 'exitCode'>>;

/** The part that all reports share. `started` is `performance.now()` of the command's beginning. */
export function reportCommon(context: Context, started: number, ending: Ending): Common {
  const { findings, summary, next } = ending;
  const verdict: Verdict = findings.some(({ level }) => level !== 'warning') ? 'findings' : 'ok';
  const database = databaseLabel(context);
  const exit = exitOf(findings);
  return {
    verdict,
    findings,
    summary,
    durationMs: Math.round(performance.now() - started),
    ...(next === undefined ? {} : { next }),
    ...(database === undefined ? {} : { database }),
    ...(exit === undefined ? {} : { exitCode: exit }),
  };
}

/** A finding that is not about the data (a wrong name, a missing privilege) keeps its own exit code. */
function exitOf(findings: readonly Finding[]): number | undefined {
  return findings.map((each) => CODES[each.code].exit).find((exit) => exit !== 1);
}
