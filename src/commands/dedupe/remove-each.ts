import { findOverwritten } from '../../engine/dedupe/find-overwritten.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Plan } from '../../model/plan.ts';
import type { DedupeReport } from '../../model/report.ts';
import type { DedupeTargetReport, TargetReport } from '../../model/target-report.ts';
import type { Run } from '../../session/workplace.ts';
import { conclude } from '../reports/conclude.ts';
import { findingOfError } from '../reports/finding-of-error.ts';
import type { Unfinished } from '../reports/make-report.ts';
import { reportOutcome } from './target-report.ts';

/** What came of a rule, and what a person should know of it. */
export interface Removed {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
}

/** How a rule is worked on. */
export interface Work<Each> {
  readonly remove: (each: Each) => Promise<Removed>;
  /** What is to be done for a rule on whose table an earlier one has changed rows: it may have made copies, or removed some. */
  readonly lookAgain?: (each: Each) => Promise<Each>;
}

/** Works rule by rule; the first that fails ends it, and what was done before is reported. */
export async function removeEach<
  Each extends { readonly target: TargetReport; readonly rule: UniqueKey; readonly plan: Plan },
>(run: Run, all: readonly Each[], { remove, lookAgain }: Work<Each>): Promise<Unfinished<DedupeReport>> {
  const targets: DedupeTargetReport[] = [];
  const findings: Finding[] = [];
  let failure: MsgdbError | undefined;
  for (const seen of all) {
    if (failure) break;
    let each = seen;
    try {
      if (lookAgain && touchedBy(targets).has(seen.target.table)) each = await lookAgain(seen);
      const removed = await remove(each);
      targets.push(reportOutcome(each.target, removed.outcome));
      findings.push(...removed.findings);
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      failure = error;
      findings.push({ table: each.target.table, ...findingOfError(error) });
      const { done } = error.data;
      if (!done) continue;
      targets.push(reportOutcome(each.target, done));
      if (!run.session.lost.aborted) findings.push(...(await findOverwritten(run.session, done).catch(() => [])));
    }
  }
  return {
    command: 'dedupe',
    dryRun: false,
    runId: run.id,
    targets,
    plan: [],
    ...conclude({
      findings,
      summary: `${summarize(all, targets)}${failure ? ', then stopped' : ''}`,
      // Rows that were removed without a copy cannot be put back.
      next: targets.some(({ archived, marked: kept }) => archived + kept > 0)
        ? restoreCommand(
            run,
            all.flatMap(({ plan }) => plan.lackingToUndo ?? []),
          )
        : undefined,
    }),
    ...(failure ? { verdict: failedVerdict(failure), exitCode: failure.exitCode } : {}),
  };
}

/** Tables of which rows were changed. */
function touchedBy(targets: readonly DedupeTargetReport[]): ReadonlySet<string> {
  const changed = targets.flatMap(({ table, deleted, marked, childrenRemoved, repointed }) => [
    ...(deleted + marked > 0 ? [{ table, rows: deleted + marked }] : []),
    ...childrenRemoved,
    ...repointed,
  ]);
  return new Set(changed.filter(({ rows }) => rows > 0).map(({ table }) => table));
}

function restoreCommand({ id }: Run, lacking: readonly Finding[]): string {
  const fixes = [...new Set(lacking.map(({ fix }) => fix))].join(' ');
  return `msgdb archive restore ${id} (puts them back${fixes ? `; before that: ${fixes}` : ''})`;
}

function summarize(all: readonly { readonly rule: UniqueKey }[], targets: readonly DedupeTargetReport[]): string {
  const removed = targets.reduce((sum, each) => sum + each.deleted, 0);
  const marked = targets.reduce((sum, each) => sum + each.marked, 0);
  const marksAll = all.length > 0 && all.every(({ rule }) => typeof rule.losers === 'object');
  const done = [
    ...(removed > 0 || (marked === 0 && !marksAll) ? [`${countOf(removed, 'row')} removed`] : []),
    ...(marked > 0 || (removed === 0 && marksAll) ? [`${countOf(marked, 'row')} marked`] : []),
  ];
  return done.join(', ');
}

function failedVerdict(failure: MsgdbError): 'findings' | 'failed' {
  return failure.exitCode === 1 ? 'findings' : 'failed';
}
