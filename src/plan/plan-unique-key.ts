import type { OperationFacts } from '../model/facts.ts';
import type { Plan, Step, Survey } from '../model/plan.ts';
import type { PlanSettings, Strategy } from '../model/plan-settings.ts';
import { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { lackingToUndo } from '../resolve/lack-restore.ts';
import { refuseUnread } from '../resolve/lacking.ts';
import { momentNotes } from '../resolve/refuse-unsettled.ts';
import { keyLabel } from '../resolve/resolve-key.ts';
import type { ResolvedRule } from '../resolve/resolve-rule.ts';
import { inheritanceNotes } from './notes/inheritance-notes.ts';
import { notUndoneNotes } from './notes/not-undone-notes.ts';
import { referenceNotes } from './notes/reference-notes.ts';
import { triggerNotes } from './notes/trigger-notes.ts';
import { workerNotes } from './notes/worker-notes.ts';
import { heldSteps } from './refusals/held-steps.ts';
import { refuseBlastRadius } from './refusals/refuse-blast-radius.ts';
import { refuseDiffering } from './refusals/refuse-groups.ts';
import { longKeyNotes, refuseLongKeys } from './refusals/refuse-long-keys.ts';
import { refuseMiswritten } from './refusals/refuse-miswritten.ts';
import { refuseRemoval, refuseRule } from './refusals/refuse-removal.ts';
import {
  refuseDeferrable,
  refuseDisagreement,
  refuseKey,
  refuseName,
  refuseTable,
} from './refusals/refuse-unique-key.ts';
import { acceptStep, attachStep, buildStep, dropDebris, keepStep, rebuildStep } from './steps/build-steps.ts';
import { dedupeStep } from './steps/dedupe-step.ts';
import { byStrategy, planRemoval, type Removal } from './steps/plan-removal.ts';
import { rebuildReferenced } from './steps/rebuild-referenced.ts';

/** Plans how a rule is made true: what is removed, and how the index comes to be. */
export function planUniqueKey(
  resolved: ResolvedRule,
  facts: OperationFacts,
  survey: Survey,
  settings: PlanSettings,
): Plan {
  const { operation, key, build, judgement, dedupe } = resolved;
  const wrong = refuseMiswritten(resolved, facts);
  if (wrong) return wrong;
  const { census } = survey;
  const refusals = new Refusals(tableLabel(facts.table.table));
  refuseRule(resolved, census, refusals);
  const longKeys = judgement.serving ? undefined : survey.longKeys;
  refuseTable(facts, refusals);
  refuseUnread(facts, refusals);
  refuseLongKeys(longKeys, build, facts, refusals);
  refuseKey(operation, key, facts, refusals);
  refuseName(build, judgement, facts, refusals);
  if (judgement.inTheWay) refuseDeferrable(operation, judgement.inTheWay, build, settings.planned, refusals);
  refuseBlastRadius(operation.limit, census, keyLabel(key), refusals);
  refuseDisagreement(operation, survey.disagreeing, facts, refusals);
  refuseDiffering(dedupe, survey, refusals);
  refuseRemoval(dedupe, facts, survey, judgement.serving, refusals);
  const removal = planRemoval(resolved, facts, survey, settings, { builds: !judgement.serving, refusals });
  const cannotUndo = census.excessRows > 0 ? lackingToUndo(dedupe, facts) : [];
  const plan = {
    operation,
    title: `unique ${keyLabel(key)}`,
    table: facts.table.table,
    refusals: refusals.all,
    lacking: refusals.lacking,
    lackingToUndo: cannotUndo,
    notes: [
      ...inheritanceNotes(facts.table),
      ...momentNotes(facts),
      ...longKeyNotes(longKeys, build),
      ...(judgement.serving ? [] : workerNotes(facts)),
      ...triggerNotes(dedupe, facts, census),
      ...referenceNotes(dedupe, census),
      ...removal.notes,
      ...notUndoneNotes(cannotUndo),
    ],
  };
  const tried = longKeys ? { ...removal, dedupe: { ...removal.dedupe, untried: facts.parts } } : removal;
  const steps = () => stepsOf(resolved, tried, { survey, facts });
  if (refusals.all.length > 0) return { ...plan, steps: [], ...heldSteps(refusals, steps) };
  return { ...plan, steps: steps() };
}

function stepsOf(
  { operation, build, judgement: { serving, debris } }: ResolvedRule,
  { dedupe, choice, around }: Removal,
  { survey, facts }: { readonly survey: Survey; readonly facts: OperationFacts },
): readonly Step[] {
  const { table } = build;
  const rebuilds = rebuildReferenced(dedupe, survey, facts, serving);
  if (serving) {
    const attach = operation.constraint && !serving.constraint ? [attachStep(table, serving.name)] : [];
    // It promises what the table does not keep: built by other rules of equality, or damaged.
    const lies = survey.census.excessRows > 0;
    if (!lies && !survey.damaged) return [acceptStep(table, serving), ...attach];
    const copies = lies ? around([dedupeStep(dedupe, survey)]) : [];
    return [keepStep(table, serving), ...copies, rebuildStep(serving, table, dedupe), ...rebuilds, ...attach];
  }
  const remove = { ...dedupeStep(dedupe, survey), before: build };
  const steps = (strategy: Strategy): readonly Step[] => [
    // Online, one that is ready rejects most new copies: the build keeps it until a second one is there.
    ...(debris && (strategy === 'locked' || !debris.ready)
      ? [dropDebris({ schema: debris.schema, name: debris.name }, table, strategy)]
      : []),
    // Online, copies may come after the count: the step runs in any case and finds nothing if there are none.
    ...(strategy === 'online' || survey.census.excessRows > 0 ? [remove] : []),
    buildStep(build, strategy, { dedupe, partitions: facts.partitions }),
    ...(operation.constraint ? [attachStep(table, build.name)] : []),
  ];
  return [...around(byStrategy(choice, facts, steps)), ...rebuilds];
}
