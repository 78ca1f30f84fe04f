import { countWaiters } from '../../catalog/count-waiters.ts';
import type { Outcome } from '../../model/outcome.ts';
import { startTimer } from '../../model/start-timer.ts';
import { tableLabel } from '../../model/table-label.ts';
import { batchSettings } from '../../session/batch-settings.ts';
import { retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import { absorbLosers } from '../../sql/dedupe/absorb.ts';
import { judgeRanked } from '../../sql/dedupe/judge-ranked.ts';
import { rankedTable } from '../../sql/dedupe/rank.ts';
import type { BatchStatement } from '../../sql/dedupe/statements.ts';
import { lockGroups } from './lock-groups.ts';
import { Pace } from './pace.ts';
import type { Pass } from './pass.ts';
import { runBatch } from './run-batch.ts';

/** What a plan file adds to a batch. */
export interface Checks {
  /** Statements between ranking and absorbing. */
  readonly ranked: readonly BatchStatement[];
  /** Looks at what a batch did before it is committed; an error undoes it. */
  readonly outcome: (batch: Outcome) => void;
}

const NO_CHECKS: Checks = { ranked: [], outcome: () => undefined };

/** Takes batches of a pass, one after the other, until there are no more: each a short transaction of the run's session. */
export async function workThrough(run: Run, pass: Pass, job: number, checks: Checks = NO_CHECKS): Promise<void> {
  const { session, settings, signal, emit } = run;
  const { dedupe, origin, staged } = pass;
  const { table } = dedupe.key;
  const ranked = rankedTable(job);
  const statements = [...judgeRanked(dedupe, ranked), ...checks.ranked, ...absorbLosers(dedupe, job, origin)];
  const pace = new Pace(settings, dedupe.firstBatch);
  for (;;) {
    const range = await pass.take(session, pace.size, job);
    if (!range) return;
    await pass.limits.await(run);
    const elapsed = startTimer();
    const { finished, waiters } = await pass.limits.count(run, range.rows, async () =>
      retryLock(run, table, async () =>
        session.transaction({ settings: batchSettings(run) }, async (tx) => {
          const open = await lockGroups(tx, dedupe, range, ranked);
          const outcome = await runBatch(tx, statements);
          checks.outcome(outcome);
          return { finished: { outcome, open }, waiters: await countWaiters(tx) };
        }),
      ),
    );
    const done = pass.finish(range, finished);
    const label = tableLabel(table);
    emit({ kind: 'progress', title: `groups of ${label}`, table: label, done, total: staged.groups });
    await pace.rest({ tookMs: elapsed(), waiters }, signal);
  }
}
