import { z } from 'zod';
import { countOf, formatCount } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import { type LeftOut, NUMBERS_SHOWN } from '../../model/left-out.ts';
import { addOutcomes, type Outcome, Tally } from '../../model/outcome.ts';
import { stopIfInterrupted } from '../../session/interrupt.ts';
import type { Run } from '../../session/workplace.ts';
import type { PlannedTable } from '../../sql/dedupe/plan-members.ts';
import {
  checkPlanned,
  createPlanned,
  dropPlanned,
  indexPlanned,
  keepPlanned,
  loadPlanned,
  readLeftOut,
} from '../../sql/dedupe/planned-groups.ts';
import { rankedTable } from '../../sql/dedupe/rank.ts';
import { dropEmptyEntries, type Origin } from '../../sql/history-schema.ts';
import { Limits } from './limits.ts';
import { Pass } from './pass.ts';
import { prepare } from './prepare-removal.ts';
import { stoppedAfter } from './run-dedupe.ts';
import { settingsFor } from './run-pass.ts';
import { EVERY_ROW, inOneMoment, type Staged, stage } from './stage-groups.ts';
import { workThrough } from './work-through.ts';

/** The groups of a plan file, for one rule. */
export interface PlannedGroups {
  readonly table: PlannedTable;
  /** Lines of the plan file, some at a time. */
  readonly members: AsyncIterable<readonly string[]>;
  /** Child rows that the plan lets be removed as copies, by reference. */
  readonly colliding: Readonly<Record<string, number>>;
}

const leftOutSchema = z.object({
  reason: z.enum(['done', 'gone', 'gone or changed', 'changed', 'regrouped']),
  groups: z.coerce.number(),
  rows: z.coerce.number(),
  first: z.array(z.number()),
});

/**
 * Removes the losers that a plan lists, and no others, in batches while the application writes. The groups are found and
 * ranked as by any run; those that are not exactly the plan's are left out.
 */
export async function dedupePlanned(
  run: Run,
  planned: PlannedGroups,
  origin: Origin,
): Promise<{ readonly outcome: Outcome; readonly leftOut: readonly LeftOut[] }> {
  const { session } = run;
  const { table } = planned;
  await prepare(run, table.dedupe);
  for (const each of createPlanned(table)) await session.query(each);
  for await (const lines of planned.members) {
    stopIfInterrupted(run.signal);
    await session.query(loadPlanned(table, lines));
  }
  for (const each of indexPlanned(table)) await session.query(each);
  const done = new Tally();
  try {
    const pass = new Pass(table.dedupe, origin, await stagePlanned(run, table), {
      done,
      limits: new Limits(run.settings),
    });
    await workThrough({ ...run, settings: settingsFor(table.dedupe, pass.staged, run) }, pass, 0, {
      ranked: checkPlanned(table, rankedTable(0)),
      outcome: (batch) => refuseUnlisted(planned, addOutcomes([done.sum, batch])),
    });
  } catch (error) {
    throw error instanceof MsgdbError ? stoppedAfter(error, run, done.sum) : error;
  }
  const leftOut = (await session.query(readLeftOut(table, NUMBERS_SHOWN))).map((row) => leftOutSchema.parse(row));
  await session.query(dropPlanned());
  await session.query(dropEmptyEntries(run.id));
  return { outcome: done.sum, leftOut };
}

async function stagePlanned(run: Run, table: PlannedTable): Promise<Staged> {
  return await inOneMoment(run, async (tx) => {
    const { asOf, ...staged } = await stage(tx, table.dedupe, EVERY_ROW);
    let last: readonly Readonly<Record<string, unknown>>[] = [];
    for (const each of keepPlanned(table)) last = await tx.query(each);
    return { ...staged, groups: Number(last[0]?.groups), asOf };
  });
}

/** A child that came after the plan was made may collide, or be refused; it is not listed, so it is not removed. */
function refuseUnlisted({ colliding }: PlannedGroups, { childrenRemoved }: Outcome): void {
  for (const { label, rows } of childrenRemoved) {
    const listed = colliding[label] ?? 0;
    if (rows <= listed) continue;
    throw new MsgdbError('MSGDB_PLAN_OUTDATED', {
      what: `${countOf(rows, `row of ${label} would be removed`, `rows of ${label} would be removed`)}, but the plan lists ${formatCount(listed)}; the batch was undone.`,
    });
  }
}
