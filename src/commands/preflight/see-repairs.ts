import { makeUnique } from '../../engine/migrations/make-unique.ts';
import type { Plan } from '../../model/plan.ts';
import { NO_INDEX } from '../../plan/plan-dedupe.ts';
import { placeInConfig } from '../../plan/refusals/rule-options.ts';
import type { Workplace } from '../../session/workplace.ts';
import { type Seen, type SeeOptions, seeRules } from '../dedupe/see-rules.ts';
import type { Repair } from './choose-repairs.ts';
import { fenceOffCopies } from './remove-behind-fence.ts';

/** A repair, with what was seen and what would be done. */
export interface SeenRepair extends Seen {
  readonly repair: Repair;
}

/** Looks at repairs, one after the other. An index whose name is another's is left to the deploy: its copies go. */
export async function seeRepairs(
  workplace: Workplace,
  repairs: readonly Repair[],
  how: SeeOptions & { readonly keepFence?: number | undefined },
): Promise<readonly SeenRepair[]> {
  const seen = await look(workplace, repairs, how);
  const possible = seen.map(({ repair, plan }): Repair => {
    const taken = plan.refusals.find(({ code }) => code === 'MSGDB_INDEX_DIFFERS');
    return taken && repair.index !== undefined
      ? { ...repair, index: undefined, obstacle: taken.message, fence: how.keepFence }
      : repair;
  });
  return possible.some(({ obstacle }) => obstacle !== undefined) ? await look(workplace, possible, how) : seen;
}

async function look(workplace: Workplace, repairs: readonly Repair[], how: SeeOptions): Promise<readonly SeenRepair[]> {
  const rules = repairs.map(({ rule, demand: { migration }, index, fence }) => {
    if (index !== undefined) return { rule, migration, change: makeUnique(rule) };
    return fence === undefined ? { rule, migration } : { rule, migration, change: fenceOffCopies(rule) };
  });
  const seen = await seeRules(workplace, rules, how);
  return seen.flatMap((each, place) => {
    const repair = repairs[place];
    return repair ? [{ ...each, repair, plan: forDeploy(each.plan, repair) }] : [];
  });
}

/** What is said of rules without an index is said of the deploy that builds one; an index that is there is the user's. */
function forDeploy(plan: Plan, { name, fence }: Repair): Plan {
  const until = fence === undefined ? UNTIL_DEPLOY : UNTIL_FENCE;
  return {
    ...plan,
    steps: plan.steps.filter(({ kind }) => kind !== 'accept-index'),
    refusals: placeInConfig(plan.refusals, name),
    notes: plan.notes.map((note) => (note === NO_INDEX ? until : note)),
  };
}

const UNTIL_DEPLOY = 'No index is built: until the pending migration has built its own, new copies can come.';
const UNTIL_FENCE = 'No index is built: a fence keeps new copies out until the pending migration has built its own.';
