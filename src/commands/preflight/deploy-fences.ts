import { readFences } from '../../catalog/read-fences.ts';
import type { WantedFence } from '../../engine/index-build/keep-fence.ts';
import { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { KeptFence } from '../../model/kept-fence.ts';
import type { DeployFence } from '../../model/preflight-report.ts';
import { tableLabel } from '../../model/table-label.ts';
import { keyText } from '../../resolve/resolve-key.ts';
import type { EngineSettings, Run } from '../../session/workplace.ts';
import type { FenceMode } from '../../sql/fence-body.ts';
import type { Removed } from '../dedupe/remove-each.ts';
import { earlyIndex } from './choose-repairs.ts';
import { removeBehindFence } from './remove-behind-fence.ts';
import type { SeenRepair } from './see-repairs.ts';

/** Fences that were put up, by the repair that wanted them. */
export type RaisedFences = Map<SeenRepair, KeptFence>;

/**
 * What a kept fence does with a copy.
 * @throws MsgdbError MSGDB_USAGE where the settings say that there is none.
 */
export function fenceMode({ fence }: Pick<EngineSettings, 'fence'>): FenceMode {
  if (fence !== 'none') return fence;
  throw new MsgdbError('MSGDB_USAGE', {
    what: 'A fence is to be kept, and the fence is set to none.',
    why: 'With none, msgdb puts no trigger on any table.',
    fix: 'Leave --fence none out (in the configuration: fence), or leave --keep-fence out.',
  });
}

/** The repairs whose tables are still open to copies when they are done. */
export function toFence(seen: readonly SeenRepair[]): readonly SeenRepair[] {
  return seen.filter(
    ({ repair, plan, inspected }) =>
      repair.fence !== undefined && plan.refusals.length === 0 && !inspected.resolved.judgement.serving,
  );
}

/** Removes the copies of a repair, with a fence that stays. */
export async function removeAndFence(run: Run, each: SeenRepair, raised: RaisedFences): Promise<Removed> {
  const { fence, ...removed } = await removeBehindFence(run, each, wantedBy(each, fenceMode(run.settings)));
  if (fence) raised.set(each, fence);
  return removed;
}

function wantedBy({ repair, inspected }: SeenRepair, mode: FenceMode): WantedFence {
  const { build, key } = inspected.resolved;
  const early = earlyIndex(repair.demand);
  return {
    build,
    key,
    mode,
    index: 'name' in early ? early.name : build.name,
    label: keyText(key),
    durationMs: repair.fence ?? 0,
  };
}

/** A fence whose time was over before all was done has let copies in, perhaps: it is none. */
export async function refreshFences(run: Run, raised: RaisedFences): Promise<readonly Finding[]> {
  if (raised.size === 0) return [];
  const standing = await readFences(run.session);
  const findings: Finding[] = [];
  for (const [each, { id, runId, table, key }] of raised) {
    const now = standing.find(({ kept }) => kept?.id === id && kept.runId === runId)?.kept;
    if (now?.state === 'standing') continue;
    raised.delete(each);
    const what = `The fence on ${tableLabel(table)} ${key} was over before the repair was done: new copies may have come.`;
    findings.push(finding('MSGDB_VERIFY_FAILED', what, { table: tableLabel(table), fix: LONGER }));
  }
  return findings;
}

const LONGER = 'Run the same command again, with a longer --keep-fence.';

/** What keeps copies out until the deploy, for each repair that wanted it. */
export function describeFences(
  seen: readonly SeenRepair[],
  { raised, dryRun }: { readonly raised: RaisedFences; readonly dryRun: boolean },
): readonly DeployFence[] {
  return seen.flatMap((each): readonly DeployFence[] => {
    const { repair, inspected, plan } = each;
    if (repair.fence === undefined) return [];
    const { index, label } = wantedBy(each, 'reject');
    const about = { table: tableLabel(repair.table), key: label, index, since: null, until: null };
    const { serving } = inspected.resolved.judgement;
    if (serving) return [{ ...about, state: 'not needed', detail: `${serving.name} keeps copies out already` }];
    const up = raised.get(each);
    if (up) return [{ ...about, state: 'up', since: up.since, until: up.until, detail: UP }];
    if (plan.refusals.length > 0) return [{ ...about, state: 'not put up', detail: 'the plan is refused' }];
    if (dryRun) return [{ ...about, state: 'planned', detail: 'from the last removal on' }];
    return [{ ...about, state: 'not put up', detail: 'the repair did not come so far' }];
  });
}

const UP = '`msgdb fence drop` takes it down; once the index is there, the next command that changes something does';
