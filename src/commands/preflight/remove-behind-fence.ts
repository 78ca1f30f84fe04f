import { partsOfRemoval } from '../../engine/dedupe/remove-copies.ts';
import { dedupePasses } from '../../engine/dedupe/run-dedupe.ts';
import { dropKept, keepFence, prepareFence, type WantedFence } from '../../engine/index-build/keep-fence.ts';
import { refusedBy } from '../../engine/migrations/apply-migration.ts';
import { type Change, doAll, makeChange } from '../../engine/pipeline.ts';
import { type RemoveRows, searchFrom } from '../../engine/run/execute-step.ts';
import { type Inspected, inspectRule } from '../../inspect/inspect-operation.ts';
import type { Finding } from '../../model/finding.ts';
import type { KeptFence } from '../../model/kept-fence.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import { addOutcomes, NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import type { Plan } from '../../model/plan.ts';
import { Refusals } from '../../model/refusals.ts';
import { tableLabel } from '../../model/table-label.ts';
import { lackIndexing } from '../../resolve/lacking.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import type { Run } from '../../session/workplace.ts';
import type { Origin } from '../../sql/history-schema.ts';

/** Passes before the fence goes up: what they leave is what comes meanwhile. */
const PASSES = 2;

/** The excess rows of a rule go, and a fence keeps new ones out from then on, unless an index does so already. */
export function fenceOffCopies(rule: UniqueKey): Change<Inspected<ResolvedRule>> {
  const parts = partsOfRemoval(rule);
  return makeChange({
    ...parts,
    inspect: async (workplace, depth) => inspectRule(workplace, rule, { depth, index: 'compared' }),
    plan: (seen, workplace) => withLack(parts.plan(seen, workplace), seen),
  });
}

/** The function and the index of a fence are its table owner's to make. A plan without steps says so as well. */
function withLack(plan: Plan, { resolved, facts }: Inspected<ResolvedRule>): Plan {
  if (resolved.judgement.serving) return plan;
  const lacks = new Refusals(tableLabel(facts.table.table));
  lackIndexing(facts.table, facts.server, lacks);
  if (plan.steps.length === 0) return { ...plan, refusals: [...plan.refusals, ...lacks.lacking] };
  return { ...plan, lacking: [...(plan.lacking ?? []), ...lacks.lacking] };
}

/** What was removed, and what keeps new copies out now. */
export interface Fenced {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  readonly fence: KeptFence | undefined;
}

/**
 * Removes what is there, puts up the fence, and removes what has come until then: with the fence up, that is an end. Where
 * all is done under a lock, or nothing is to do, the fence comes first.
 * @throws MsgdbError the fence is down then.
 */
export async function removeBehindFence(
  run: Run,
  { change, plan }: { readonly change: Change; readonly plan: Plan },
  wanted: WantedFence,
): Promise<Fenced> {
  const origin = { runId: run.id, migration: null, operation: null };
  await run.record.open(run);
  await prepareFence(run, wanted);
  const online = plan.steps.every(({ kind }) => kind !== 'transaction');
  const before = online ? await doAll(run, plan.steps, origin, removeMost) : NOTHING_DONE;
  const fence = await keepFence(run, wanted, origin);
  try {
    return { ...(await removeRest(run, change, { before, origin })), fence };
  } catch (error) {
    // The error of the work comes first; what could not be taken down ends by itself.
    if (fence) await dropKept(run, fence).catch(() => undefined);
    throw error;
  }
}

/** Copies may keep coming, and rows may disagree: the last removal tells. */
const removeMost: RemoveRows = async ({ run, origin }, { dedupe, census }) => {
  const { outcome } = await dedupePasses(run, dedupe, origin, { most: PASSES, search: searchFrom(census) });
  return { ...outcome, unsettled: 0, disagreeing: 0 };
};

async function removeRest(
  run: Run,
  change: Change,
  { before, origin }: { readonly before: Outcome; readonly origin: Origin },
): Promise<Omit<Fenced, 'fence'>> {
  const { plan } = await change.plan(run);
  if (plan.refusals.length > 0) throw refusedBy(plan.title, plan.refusals);
  const outcome = addOutcomes([before, await doAll(run, plan.steps, origin)]);
  return { outcome, findings: await change.readBack(run, outcome) };
}
