import type { OperationFacts } from '../model/facts.ts';
import type { Plan, Step, Survey } from '../model/plan.ts';
import type { PlanSettings } from '../model/plan-settings.ts';
import { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { refuseParts } from '../resolve/refuse-parts.ts';
import { partLabel } from '../resolve/resolve-key.ts';
import type { ResolvedIndex } from '../resolve/resolve-operation.ts';
import { chooseStrategy } from './estimate/choose-strategy.ts';
import { estimateBuild } from './estimate/estimate-work.ts';
import { refuseLongKeys } from './refusals/refuse-long-keys.ts';
import { refuseName, refuseTable } from './refusals/refuse-unique-key.ts';
import { acceptStep, buildStep, dropDebris } from './steps/build-steps.ts';

/** Plans a non-unique index, built concurrently unless the table is small. */
export function planIndex(
  resolved: ResolvedIndex,
  facts: OperationFacts,
  { longKeys }: Survey,
  settings: PlanSettings,
): Plan {
  const { operation, build, judgement } = resolved;
  const refusals = new Refusals(tableLabel(facts.table.table));
  refusals.addAll(resolved.refusals);
  refuseTable(facts, refusals);
  refuseName(build, judgement, facts, refusals);
  refuseParts(build, facts, refusals);
  refuseLongKeys(longKeys, build, facts, refusals);
  const { strategy, reason } = chooseStrategy(settings.strategy, facts.table, estimateBuild(facts.table));
  const { serving, debris } = judgement;
  const steps: readonly Step[] = serving
    ? [acceptStep(build.table, serving)]
    : [
        ...(debris ? [dropDebris({ schema: debris.schema, name: debris.name }, build.table, 'online')] : []),
        explained(buildStep(build, strategy, facts), `strategy ${strategy}: ${reason}`),
      ];
  return {
    operation,
    title: `index on ${tableLabel(build.table)} (${build.columns.map(partLabel).join(', ')})`,
    table: build.table,
    steps: refusals.all.length > 0 ? [] : steps,
    refusals: refusals.all,
    lacking: refusals.lacking,
    notes: [],
  };
}

function explained(step: Step, reason: string): Step {
  return { ...step, details: [reason, ...(step.details ?? [])] };
}
