import type { Key } from '../model/dedupe.ts';
import type { OperationFacts } from '../model/facts.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { IndexBuild, Plan, Step, Survey } from '../model/plan.ts';
import { acceptStep, attachStep, buildStep, dropDebris, keepStep, rebuildStep } from './build-steps.ts';
import type { Strategy } from './choose-strategy.ts';
import { dedupeStep } from './dedupe-step.ts';
import { inheritanceNotes } from './inheritance-notes.ts';
import { type IndexJudgement, judgeIndexes } from './judge-index.ts';
import { refuseUnread } from './lacking.ts';
import { refuseBlastRadius } from './limit-losers.ts';
import { deriveIndexName, tableLabel } from './names.ts';
import { byStrategy, planRemoval, type Removal } from './plan-removal.ts';
import { referenceNotes } from './reference-notes.ts';
import { Refusals } from './refusals.ts';
import { refuseChildren, refuseDiffering } from './refuse-groups.ts';
import { refuseGuards } from './refuse-guards.ts';
import { longKeyNotes, refuseLongKeys } from './refuse-long-keys.ts';
import { rebuildReferenced, refuseRemaining, refuseTaken } from './refuse-taken.ts';
import { refuseTies } from './refuse-ties.ts';
import { refuseDeferrable, refuseDisagreement, refuseKey, refuseName, refuseTable } from './refuse-unique-key.ts';
import { momentNotes } from './refuse-unsettled.ts';
import { resolveDedupe } from './resolve-dedupe.ts';
import { keyLabel, partLabel, resolveKey } from './resolve-key.ts';
import type { PlanSettings } from './settings.ts';
import { triggerNotes } from './trigger-notes.ts';

/** Plans how a rule is made true: what is removed, and how the index comes to be. */
export function planUniqueKey(
  operation: UniqueKey,
  facts: OperationFacts,
  survey: Survey,
  settings: PlanSettings,
): Plan {
  const { census } = survey;
  const refusals = new Refusals(tableLabel(facts.table.table));
  const key = resolveKey(operation, facts, refusals);
  const build = indexBuild(operation, key);
  const judgement = judgeIndexes(build, facts);
  const dedupe = resolveDedupe(operation, key, facts, census, refusals);
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
  refuseChildren(dedupe, survey, refusals);
  refuseTaken(dedupe, survey, facts, refusals);
  refuseRemaining(dedupe, survey, facts, judgement.serving, refusals);
  refuseTies(survey, refusals);
  refuseGuards(survey, refusals);
  const removal = planRemoval(dedupe, facts, survey, settings, { builds: !judgement.serving, refusals });
  const plan = {
    operation,
    title: `unique ${keyLabel(key)}`,
    table: facts.table.table,
    refusals: refusals.all,
    lacking: refusals.lacking,
    notes: [
      ...inheritanceNotes(facts.table),
      ...momentNotes(facts),
      ...longKeyNotes(longKeys, build),
      ...triggerNotes(dedupe, facts, census),
      ...referenceNotes(dedupe, census),
      ...removal.notes,
    ],
  };
  if (refusals.all.length > 0) return { ...plan, steps: [] };
  const tried = longKeys ? { ...removal, dedupe: { ...removal.dedupe, untried: facts.parts } } : removal;
  return { ...plan, steps: stepsOf(operation, tried, build, judgement, { survey, facts }) };
}

/** The index a rule asks for. */
export function indexBuild(operation: UniqueKey, key: Key): IndexBuild {
  return {
    table: key.table,
    partitioned: key.partitioned,
    name: operation.index ?? deriveIndexName(key.table.name, key.columns.map(partLabel)),
    unique: true,
    method: 'btree',
    columns: key.columns,
    predicate: key.predicate,
    nulls: key.nulls,
  };
}

function stepsOf(
  operation: UniqueKey,
  { dedupe, choice, around }: Removal,
  build: IndexBuild,
  { serving, debris }: IndexJudgement,
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
