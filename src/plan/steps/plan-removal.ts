import type { Dedupe, PlannedDedupe } from '../../model/dedupe.ts';
import type { OperationFacts } from '../../model/facts.ts';
import { leadsBack, movementsOf } from '../../model/movement.ts';
import type { Step, Survey } from '../../model/plan.ts';
import type { Strategy } from '../../model/plan-settings.ts';
import type { Refusals } from '../../model/refusals.ts';
import { firingTriggers } from '../../resolve/firing-triggers.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { chooseStrategy, type StrategyChoice } from '../estimate/choose-strategy.ts';
import { addEstimates, estimateBuild, removalWork, rowsWithin } from '../estimate/estimate-work.ts';
import { runLimit } from '../refusals/limit-losers.ts';
import { transactionStep } from './build-steps.ts';
import { indexReferences, type ReferenceSettings } from './index-references.ts';

/** A batch keeps writers of its rows waiting: about this long. */
const BATCH_SECONDS = 0.25;

/** How excess rows are removed: under a lock or not, and what has to be there for it. */
export interface Removal {
  readonly dedupe: PlannedDedupe;
  readonly choice: StrategyChoice;
  readonly notes: readonly string[];
  /** The steps of the removal, with the indexes that it needs around them. */
  readonly around: (steps: readonly Step[]) => readonly Step[];
}

/** What is done under the same lock besides. */
export interface Besides {
  readonly builds: boolean;
}

/** Decides how excess rows are removed, by the work that it is. */
export function planRemoval(
  { operation, dedupe }: Pick<ResolvedRule, 'operation' | 'dedupe'>,
  facts: OperationFacts,
  survey: Pick<Survey, 'census' | 'references' | 'linked'>,
  settings: ReferenceSettings,
  { builds, refusals }: Besides & { readonly refusals: Refusals },
): Removal {
  const { before, after, unindexed, notes } = indexReferences(dedupe, facts, survey, settings, refusals);
  const work = removalWork(dedupe, facts, survey, unindexed);
  const choice = chooseStrategy(
    settings.strategy,
    facts.table,
    builds ? addEstimates(work, estimateBuild(facts.table)) : work,
  );
  return {
    dedupe: {
      ...dedupe,
      limit: runLimit(operation.limit, dedupe, facts, survey.census),
      ...(isFollowedUp(dedupe, facts) ? { followedUp: true as const } : {}),
      ...(goTogether(dedupe, survey) ? { together: true as const } : {}),
      firstBatch: rowsWithin(BATCH_SECONDS, dedupe, facts, unindexed),
    },
    choice,
    notes,
    around: (steps) => [...before, ...steps, ...after],
  };
}

/** What a trigger AFTER does is not in what a statement gives back. */
function isFollowedUp(dedupe: Dedupe, facts: OperationFacts): boolean {
  return firingTriggers(dedupe, facts).some(({ triggers }) => triggers.some(({ timing }) => timing === 'after'));
}

/** Copies among rows of a circle are no copies once their own groups are settled. */
function goTogether({ references }: Dedupe, { linked }: Pick<Survey, 'linked'>): boolean {
  return linked.length > 0 || movementsOf(references).some(leadsBack);
}

/** Under a lock in one transaction, or online, with the reason at the first step. */
export function byStrategy(
  { strategy, reason, limitSeconds: seconds }: StrategyChoice,
  { table }: OperationFacts,
  stepsOf: (strategy: Strategy) => readonly Step[],
): readonly Step[] {
  if (strategy === 'locked') {
    const within = seconds === undefined ? undefined : { seconds, otherwise: stepsOf('online') };
    return [transactionStep(table.table, stepsOf('locked'), reason, within)];
  }
  const [first, ...more] = stepsOf('online');
  return first ? [{ ...first, details: [`strategy online: ${reason}`, ...(first.details ?? [])] }, ...more] : [];
}
