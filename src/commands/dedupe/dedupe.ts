import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { DedupeReport } from '../../model/report.ts';
import { refuseOutsideWindow } from '../../session/keep-to-window.ts';
import type { Context } from '../context/context.ts';
import { sweepAbandoned } from '../context/sweep-abandoned.ts';
import { connectToChange, connectToRead } from '../context/with-database.ts';
import { chooseRules, type NamedRule } from '../project/load-files.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { confirmRemoval } from './confirm-removal.ts';
import { lookAgain } from './look-again.ts';
import { removeEach } from './remove-each.ts';
import { removeExcess } from './remove-excess.ts';
import { reportUnchanged } from './report-unchanged.ts';
import { isSettled, removableOf, type Seen, seeRules } from './see-rules.ts';
import { writePlan } from './write-plan.ts';

export interface DedupeOptions {
  /** Work on this rule only, instead of those of the migrations. */
  readonly rule?: UniqueKey | undefined;
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  readonly samples: number;
  /** Write what would be removed to this file, for `applyPlan`; with `dryRun` only. */
  readonly planOut?: string | undefined;
}

/** Removes excess rows without building an index; with `dryRun`, shows what would be removed. */
export async function dedupe(context: Context, options: DedupeOptions): Promise<DedupeReport> {
  return await makeReport(context, async (timed) => {
    const rules = await chooseRules(timed, options.rule);
    if (options.planOut === undefined) return await removeDuplicates(timed, rules, options);
    return await writePlan(timed, rules, { file: options.planOut, samples: options.samples });
  });
}

async function removeDuplicates(
  context: Context,
  rules: readonly NamedRule[],
  { dryRun, yes, samples }: DedupeOptions,
): Promise<Unfinished<DedupeReport>> {
  if (!dryRun) refuseOutsideWindow({ window: context.settings.window, now: context.now });
  let moment: string | undefined;
  if (dryRun || !yes) {
    const how = dryRun ? ({ depth: 'full', purpose: 'look' } as const) : ({ depth: 'needed', purpose: 'do' } as const);
    const seen = await connectToRead(context, 'dedupe', async (workplace) =>
      seeRules(workplace, rules, { samples, miswritten: 'thrown', ...how }),
    );
    if (!dryRun && isSettled(seen)) await sweepAbandoned(context, 'dedupe');
    if (dryRun || isSettled(seen)) return reportUnchanged({ settings: context.settings, seen, dryRun });
    await confirmRemoval(context, seen.filter(({ plan }) => plan.steps.length > 0).map(removalOf));
    moment = seen[0]?.inspected.facts.server.moment;
  }
  return await connectToChange(context, 'dedupe', async (run) => {
    // Looked at under the run lock: the run that was waited for may have removed what was seen before.
    const server = { ...run.server, ...(moment === undefined ? {} : { moment }) };
    const how = { samples, depth: 'needed', purpose: 'do', miswritten: 'thrown' } as const;
    const seen = await seeRules({ ...run, server }, rules, how);
    if (isSettled(seen)) return reportUnchanged({ settings: context.settings, seen, dryRun });
    const look = async (each: Seen) => {
      const named = rules[seen.indexOf(each)];
      return named ? seeRules({ ...run, server }, [named], how) : [];
    };
    return await removeEach(run, seen, {
      remove: async (each) => removeExcess(run, each),
      lookAgain: lookAgain(look, yes ? 'to all' : 'to what was shown'),
    });
  });
}

function removalOf(seen: Seen) {
  const { rule, target, plan } = seen;
  return { rule, target, rows: removableOf([seen]), lackingToUndo: plan.lackingToUndo };
}
