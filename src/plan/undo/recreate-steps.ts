import type { Key } from '../../model/dedupe.ts';
import type { OperationFacts } from '../../model/facts.ts';
import type { DroppedObject, LedgerEntry } from '../../model/ledger.ts';
import type { Nulls } from '../../model/operations/common.ts';
import type { DropUniqueKey } from '../../model/operations/drop-unique-key.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Step, Survey } from '../../model/plan.ts';
import type { PlanSettings } from '../../model/plan-settings.ts';
import type { Refusals } from '../../model/refusals.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { refuseLongKeys } from '../refusals/refuse-long-keys.ts';
import { refuseRemoval, refuseRule } from '../refusals/refuse-removal.ts';
import { attachStep, buildStep, dropDebris, transactionStep } from '../steps/build-steps.ts';
import { dedupeStep } from '../steps/dedupe-step.ts';
import { byStrategy, planRemoval } from '../steps/plan-removal.ts';

/** What `dropUniqueKey` dropped. */
export function findDroppedObject(entries: readonly LedgerEntry[]): DroppedObject | undefined {
  return entries.find((each) => each.kind === 'dropped')?.dropped;
}

/** The rule that was dropped, as undo makes it true again. */
export function restoredRule({ table, key, where, restore }: DropUniqueKey, dropped: DroppedObject): UniqueKey {
  return {
    kind: 'unique-key',
    table,
    key,
    where,
    nulls: nullsOf(dropped),
    index: dropped.name,
    constraint: false,
    ...restore,
    agree: [],
    references: [],
    losers: 'archive',
    // Copies have come because the rule was away: how many says nothing about the key.
    limit: { share: 1 },
  };
}

/** What is restored, where, and how. */
export interface Restoring {
  readonly resolved: ResolvedRule;
  readonly facts: OperationFacts;
  readonly survey: Survey;
}

/** What puts an index or constraint back that `dropUniqueKey` dropped; copies that have come meanwhile go first. */
export function recreateSteps(
  { replacedBy }: DropUniqueKey,
  dropped: DroppedObject,
  { resolved, facts, survey }: Restoring,
  settings: PlanSettings,
  refusals: Refusals,
): readonly Step[] {
  const { key, judgement } = resolved;
  refusals.addAll(resolved.refusals.key);
  if (refusals.all.length > 0) return [];
  const there = judgement.serving ?? judgement.deferrable;
  // What took over is no substitute: it may go with its own rule, and was not what was there.
  if (there && there.name !== replacedBy) return [];
  refuseRule(resolved, survey.census, refusals);
  refuseRemoval(resolved.dedupe, facts, survey, judgement.serving, refusals);
  const { dedupe, choice, around } = planRemoval(resolved, facts, survey, settings, { builds: true, refusals });
  const build = indexOf(dropped, key);
  refuseLongKeys(survey.longKeys, build, facts, refusals);
  const cleaning = dedupeStep(dedupe, survey);
  const { debris } = judgement;
  const dropIt = debris ? [{ schema: debris.schema, name: debris.name }] : [];
  const locked = [
    ...dropIt.map((index) => dropDebris(index, dropped.table, 'locked')),
    ...(survey.census.excessRows > 0 ? [cleaning] : []),
    recreateStep(dropped),
  ];
  const online = [
    ...(debris?.ready ? [] : dropIt.map((index) => dropDebris(index, dropped.table, 'online'))),
    { ...cleaning, before: build },
    buildStep(build, 'online', { dedupe, partitions: facts.partitions }),
    ...(dropped.kind === 'constraint' ? [attachStep(dropped.table, dropped.name)] : []),
  ];
  // What is put back under a lock alone has nothing else to go over to.
  if (cannotAttach(dropped, facts)) return around([transactionStep(dropped.table, locked, choice.reason)]);
  return around(byStrategy(choice, facts, (strategy) => (strategy === 'locked' ? locked : online)));
}

/** A constraint that is DEFERRABLE, or on a partitioned table, is not made from an index that is there (0A000). */
function cannotAttach({ kind, definition }: DroppedObject, { table }: OperationFacts): boolean {
  return /deferrable/i.test(definition) || (kind === 'constraint' && table.kind === 'partitioned');
}

/** What the dropped rule made of NULLs, as its definition says. */
function nullsOf({ definition }: DroppedObject): Nulls {
  return /nulls not distinct/i.test(definition) ? 'not distinct' : 'distinct';
}

function indexOf(dropped: DroppedObject, key: Key) {
  return {
    table: dropped.table,
    partitioned: key.partitioned,
    name: dropped.name,
    unique: true,
    method: 'btree',
    columns: key.columns,
    predicate: key.predicate,
    nulls: key.nulls,
    as: { definition: dropped.indexDefinition, comment: dropped.comment },
  };
}

/** One step that runs the definition it was dropped with. */
export function recreateStep(dropped: DroppedObject): Step {
  return {
    kind: 'recreate',
    title: `Restore ${dropped.kind} ${dropped.name}`,
    table: dropped.table,
    lock: 'access exclusive',
    dropped,
  };
}
