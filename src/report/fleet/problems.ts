import type { ErrorCode } from '../../model/codes.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { FleetEntry } from '../../model/fleet-report.ts';

/** What is wrong with a target, in short. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
}

/** The error that ended its command, or the findings of its report; warnings are left out. */
export function problemsOf({ error, report }: FleetEntry): readonly Problem[] {
  if (error) return [error];
  return (report?.findings ?? []).filter(({ level }) => level !== 'warning');
}

/** One finding for a target that is not in order. */
export function findingOfTarget(entry: FleetEntry): Finding {
  const [first] = problemsOf(entry);
  return finding(first?.code ?? 'MSGDB_STOPPED', `${entry.name}: ${entry.summary}`, first ? { fix: first.fix } : {});
}
