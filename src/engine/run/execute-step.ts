import type { Census } from '../../model/facts.ts';
import { addOutcomes, NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import type { Step } from '../../model/plan.ts';
import { isReferenceIndex } from '../../model/scratch-index.ts';
import type { Queryable } from '../../model/statement.ts';
import { buildSettings } from '../../session/build-settings.ts';
import { findSettings } from '../../session/find-settings.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { dropIndexConcurrently, lockTable } from '../../sql/index-ddl.ts';
import { statementsOf } from '../../sql/script.ts';
import { CHECK_DEFERRED } from '../../sql/transaction.ts';
import { dedupeLocked } from '../dedupe/dedupe-locked.ts';
import { explainTrigger } from '../dedupe/explain-trigger.ts';
import { dedupeOnline } from '../dedupe/run-dedupe.ts';
import { EVERY_ROW, type Search } from '../dedupe/stage-groups.ts';
import { recordOnce } from '../history/record-once.ts';
import { buildConcurrently, indexReference } from '../index-build/build-index.ts';
import { dedupeBeforeBuild } from '../index-build/climb-ladder.ts';
import { explainFailure } from '../index-build/explain-failure.ts';
import { sweepReferences } from '../index-build/leftovers.ts';
import { noteBuiltHere } from '../index-build/note-built.ts';
import { rebuildIndex } from '../index-build/rebuild-index.ts';
import { withoutLockTimeout } from '../index-build/without-lock-timeout.ts';
import { relinkLost } from '../restore/relink-lost.ts';
import { restoreEntries } from '../restore/restore-entries.ts';
import { limitLock } from './limit-lock.ts';
import { runScript } from './run-script.ts';

/** Where a step runs: by itself, or in the transaction of the step around it. */
export interface Place {
  readonly run: Run;
  readonly origin: Origin;
  readonly remove: RemoveRows;
  readonly tx: Queryable | undefined;
}

/** How the rows of a step that removes excess rows go. */
export type RemoveRows = (place: Place, step: StepOf<'dedupe'>) => Promise<Outcome>;

/**
 * Does a step of a plan. The plan has decided everything; what is done is recorded in the ledger.
 * @throws LockHeldTooLong where a step has a limit of time and was undone.
 */
export async function executeStep(
  run: Run,
  step: Step,
  origin: Origin,
  remove: RemoveRows = removeAsPlanned,
): Promise<Outcome> {
  try {
    return await execute({ run, origin, remove, tx: undefined }, step);
  } catch (error) {
    throw await explainTrigger(run, step, error);
  }
}

async function execute(place: Place, step: Step): Promise<Outcome> {
  const { run, origin, tx } = place;
  switch (step.kind) {
    case 'transaction':
      return await inLockedTransaction(place, step);
    case 'dedupe':
      return await place.remove(place, step);
    case 'build-index':
      return tx || !step.concurrently
        ? await buildLocked(place, step)
        : await buildConcurrently(run, step.build, origin, step.dedupe);
    case 'index-references':
      await indexReference(run, step, origin);
      return NOTHING_DONE;
    case 'accept-index':
      return await acceptIndex(place, step);
    case 'attach-constraint':
    case 'drop-constraint':
    case 'recreate':
      return await sendFixed(place, step);
    case 'drop-index':
      return await dropOneIndex(place, step);
    case 'rebuild-index':
      return await rebuildIndex(run, step.index, step.dedupe, origin);
    case 'relink':
      return await inTransaction(place, step, async (inner) => relinkLost(inner, run, step.relink, origin));
    case 'sql':
      await runScript(run, step, origin);
      // It may have changed indexes, and what their keys call.
      run.built.clear();
      return NOTHING_DONE;
    case 'restore-rows':
      return await inTransaction(place, step, async (inner) => restoreEntries(inner, run, step.entries));
  }
}

type StepOf<Kind extends Step['kind']> = Extract<Step, { readonly kind: Kind }>;

async function inLockedTransaction(place: Place, step: StepOf<'transaction'>): Promise<Outcome> {
  const { run } = place;
  return await retryLock(run, step.lockTable, async () =>
    run.session.transaction(
      { settings: { ...findSettings(run), ...buildSettings(run), ...lockSettings(run) } },
      async (inner) => {
        if (step.lockTable) await inner.query(lockTable(step.lockTable));
        return await limitLock(inner, step.within?.seconds, async (limited) => {
          const outcomes: Outcome[] = [];
          for (const each of step.steps) {
            outcomes.push(await execute({ ...place, tx: limited }, each));
            await limited.query(CHECK_DEFERRED);
          }
          return addOutcomes(outcomes);
        });
      },
    ),
  );
}

async function removeAsPlanned({ run, origin, tx }: Place, step: StepOf<'dedupe'>): Promise<Outcome> {
  const { dedupe, ranks, before } = step;
  const search = searchFrom(step.census);
  if (tx) {
    // A partition that was attached since the look brings rows that are not new.
    const afterwards = before && !dedupe.key.partitioned ? 'newcomers' : 'every row';
    return await dedupeLocked(tx, run, dedupe, { ranks, search, afterwards }, origin);
  }
  if (before) return await dedupeBeforeBuild({ run, build: before, dedupe, origin }, search);
  return await dedupeOnline(run, dedupe, origin, { search });
}

/** Goes on from what a look has found, unless it was too much to be carried along. */
export function searchFrom({ asOf, suspects }: Census): Search {
  if (asOf === undefined) return EVERY_ROW;
  if (!suspects) return { among: 'newcomers', since: asOf };
  const { every, rows } = suspects;
  return every === undefined ? EVERY_ROW : { among: 'hashes', hashes: every, rows, asOf };
}

async function acceptIndex({ run, origin, tx }: Place, step: StepOf<'accept-index'>): Promise<Outcome> {
  const { of: table, index, definition } = step;
  await recordOnce(tx ?? run.session, origin, 'accepted-index', { table, index, definition });
  return NOTHING_DONE;
}

async function dropOneIndex(place: Place, step: StepOf<'drop-index'>): Promise<Outcome> {
  const { run, origin, tx } = place;
  if (isReferenceIndex(step.index.name)) {
    await sweepReferences(run, step.index.name);
    return NOTHING_DONE;
  }
  if (tx || !step.concurrently) return await sendFixed(place, { ...step, concurrently: false });
  if (step.restore) await recordOnce(run.session, origin, 'dropped', { dropped: step.restore });
  await withoutLockTimeout(run, `dropping ${step.index.name}`, async () =>
    run.session.query(dropIndexConcurrently(step.index)),
  );
  return NOTHING_DONE;
}

/** A step whose SQL is fixed: what a script has of it is what is sent. */
async function sendFixed(place: Place, step: Step): Promise<Outcome> {
  return await inTransaction(place, step, async (inner) => {
    for (const each of statementsOf(step, place.origin)) await inner.query(each);
  });
}

/** While writers wait. */
async function buildLocked(place: Place, step: StepOf<'build-index'>): Promise<Outcome> {
  const { name, table, unique } = step.build;
  try {
    return await inTransaction(place, step, async (inner) => {
      for (const each of statementsOf({ ...step, concurrently: false }, place.origin)) await inner.query(each);
      if (unique) await noteBuiltHere(place.run, inner, { schema: table.schema, name });
    });
  } catch (error) {
    throw explainFailure(error, step.build, step.dedupe);
  }
}

/** Runs in the transaction around it, or in one of its own, tried again while the table is busy. */
async function inTransaction(
  { run, tx }: Place,
  step: Step,
  // biome-ignore lint/suspicious/noConfusingVoidType: work that changes no rows has no outcome to give
  work: (tx: Queryable) => Promise<Outcome | void>,
): Promise<Outcome> {
  if (tx) return (await work(tx)) ?? NOTHING_DONE;
  return await retryLock(run, step.table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (inner) => (await work(inner)) ?? NOTHING_DONE),
  );
}
