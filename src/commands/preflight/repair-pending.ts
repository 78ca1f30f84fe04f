import type { Finding } from '../../model/finding.ts';
import type { DedupeReport, PreflightReport } from '../../model/report.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { sweepAbandoned } from '../context/sweep-abandoned.ts';
import { connectToChange, connectToRead } from '../context/with-database.ts';
import { type Agreed, lookAgain } from '../dedupe/look-again.ts';
import { removeEach } from '../dedupe/remove-each.ts';
import { removeExcess } from '../dedupe/remove-excess.ts';
import { reportUnchanged } from '../dedupe/report-unchanged.ts';
import { isSettled, type SeeOptions } from '../dedupe/see-rules.ts';
import type { Unfinished } from '../reports/make-report.ts';
import { adviseAfter } from './advise-repair.ts';
import { chooseRepairs, leftAfter, type Repairs, type RepairWish } from './choose-repairs.ts';
import { confirmRepair } from './confirm-repair.ts';
import {
  describeFences,
  fenceMode,
  type RaisedFences,
  refreshFences,
  removeAndFence,
  toFence,
} from './deploy-fences.ts';
import { describeBuilds } from './early-builds.ts';
import { type LookOptions, type PendingLook, reportLook } from './look-at-pending.ts';
import { nothingRemoved, reportRepair } from './report-repair.ts';
import { type SeenRepair, seeRepairs } from './see-repairs.ts';

export interface RepairOptions extends RepairWish {
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
}

type Options = LookOptions & { readonly repair: RepairOptions };

/**
 * Removes the copies that pending statements would meet, as `dedupe` does, and looks at the statements once more: what
 * they meet then is what the command ends with.
 */
export async function repairPending(
  context: Context,
  look: (workplace: Workplace) => Promise<PendingLook>,
  options: Options,
): Promise<Unfinished<PreflightReport>> {
  const { samples, repair } = options;
  const { dryRun, yes, keepFence } = repair;
  if (keepFence !== undefined) fenceMode(context.settings);
  const { schema } = context.settings;
  const how: HowToSee = dryRun
    ? { samples, depth: 'full', purpose: 'look', keepFence }
    : { samples, depth: 'needed', purpose: 'do', keepFence };
  const { pending, chosen, seen } = await connectToRead(context, 'preflight', async (workplace) => {
    const found = await look(workplace);
    const repairs = chooseRepairs(context, found, repair);
    const ahead = yes && !dryRun ? undefined : await seeRepairs(workplace, repairs.repairs, how);
    return { pending: found, chosen: repairs, seen: ahead };
  });
  const end = (after: PendingLook, { report: done, seen: met, made, raised }: Done) => {
    const closed = keepFence !== undefined || repair.build;
    const left = leftAfter(chosen.left, after.seen);
    const seenAfter = adviseAfter(after.seen, { dryRun, left, findings: done.findings, closed });
    const report = reportLook({ ...after, seen: seenAfter }, options);
    const progress = dryRun ? 'planned' : 'ended';
    const builds = [...describeBuilds(met, { pending, schema, made, progress }), ...chosen.unbuilt];
    return reportRepair(report, { done, left, builds, fences: describeFences(met, { raised, dryRun }) });
  };
  if (chosen.repairs.length === 0) {
    if (!dryRun) await sweepAbandoned(context, 'preflight');
    return end(pending, { report: nothingRemoved(dryRun), seen: [], ...NOTHING });
  }
  if (seen && (dryRun || isDone(seen))) {
    if (!dryRun) await sweepAbandoned(context, 'preflight');
    return end(pending, { report: reportUnchanged({ settings: context.settings, seen, dryRun }), seen, ...NOTHING });
  }
  if (seen) await confirmRepair(context, seen);
  const moment = seen?.[0]?.inspected.facts.server.moment;
  return await connectToChange(context, 'preflight', async (run) => {
    const agreed = yes ? 'to all' : 'to what was shown';
    const done = await repairAll(moment === undefined ? run : withMoment(run, moment), chosen, { ...how, agreed });
    return end(await look(run), done);
  });
}

/** What a rule says of now is what was shown. */
function withMoment(run: Run, moment: string): Run {
  return { ...run, server: { ...run.server, moment } };
}

/** What was seen, and what was done of it. */
interface Done {
  readonly report: Unfinished<DedupeReport>;
  readonly seen: readonly SeenRepair[];
  readonly made: ReadonlySet<SeenRepair>;
  readonly raised: RaisedFences;
}

type HowToSee = SeeOptions & Pick<RepairWish, 'keepFence'>;

const NOTHING = { made: new Set<SeenRepair>(), raised: new Map() } as const;

/** Nothing to remove, to build or to fence off; or nothing that may be done. */
function isDone(seen: readonly SeenRepair[]): boolean {
  return isSettled(seen) && (toFence(seen).length === 0 || seen.some(({ plan }) => plan.refusals.length > 0));
}

async function repairAll(
  run: Run,
  { repairs }: Repairs,
  { agreed, ...how }: HowToSee & { readonly agreed: Agreed },
): Promise<Done> {
  // Looked at under the run lock: the run that was waited for may have removed what was seen before.
  const seen = await seeRepairs(run, repairs, how);
  if (isDone(seen)) {
    return { report: reportUnchanged({ settings: run.settings, seen, dryRun: false }), seen, ...NOTHING };
  }
  const made = new Set<SeenRepair>();
  const latest = new Map<SeenRepair, SeenRepair>();
  const raised: RaisedFences = new Map();
  const again = lookAgain<SeenRepair>(async (each) => seeRepairs(run, [each.repair], how), agreed);
  const report = await removeEach(run, seen, {
    remove: async (each) => {
      const fenced = toFence([each]).length > 0;
      const removed = fenced ? await removeAndFence(run, each, raised) : await removeExcess(run, each);
      made.add(each);
      return removed;
    },
    lookAgain: async (each) => {
      const now = await again(each);
      latest.set(each, now);
      return now;
    },
  });
  const met = seen.map((each) => latest.get(each) ?? each);
  return { report: withFindings(report, await refreshFences(run, raised)), seen: met, made, raised };
}

function withFindings(report: Unfinished<DedupeReport>, more: readonly Finding[]): Unfinished<DedupeReport> {
  return more.length === 0 ? report : { ...report, findings: [...report.findings, ...more] };
}
