import type { OperationFacts } from '../model/facts.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { Plan, Survey } from '../model/plan.ts';
import { rebuildStep, transactionStep } from './build-steps.ts';
import { chooseStrategy, type Strategy } from './choose-strategy.ts';
import { dedupeStep } from './dedupe-step.ts';
import { inheritanceNotes } from './inheritance-notes.ts';
import { judgeIndexes } from './judge-index.ts';
import { refuseBlastRadius } from './limit-losers.ts';
import { tableLabel } from './names.ts';
import { referenceNotes } from './reference-notes.ts';
import { Refusals } from './refusals.ts';
import { refuseChildren } from './refuse-groups.ts';
import { refuseGuards } from './refuse-guards.ts';
import { refuseTies } from './refuse-ties.ts';
import { resolveDedupe } from './resolve-dedupe.ts';
import { keyLabel, resolveKey } from './resolve-key.ts';
import { triggerNotes } from './trigger-notes.ts';
import { unindexedNotes } from './unindexed-references.ts';

/** Plans that a rule's excess rows go, without an index that keeps new ones out. */
export function planDedupe(rule: UniqueKey, facts: OperationFacts, survey: Survey, strategy: 'auto' | Strategy): Plan {
  const { census } = survey;
  const refusals = new Refusals(tableLabel(facts.table.table));
  const key = resolveKey(rule, facts, refusals);
  const dedupe = resolveDedupe(rule, key, facts, census, refusals);
  refuseBlastRadius(rule.limit, census, keyLabel(key), refusals);
  refuseChildren(dedupe, survey, refusals);
  refuseTies(survey, refusals);
  refuseGuards(survey, refusals);
  const plan = {
    operation: rule,
    title: `unique ${keyLabel(key)}`,
    table: facts.table.table,
    refusals: refusals.all,
    notes: [
      'No index is built: new copies can come at any time. A migration with uniqueKey keeps them out.',
      ...inheritanceNotes(facts.table),
      ...triggerNotes(dedupe, facts, census),
      ...referenceNotes(dedupe, census),
      ...unindexedNotes(dedupe, facts, census),
    ],
  };
  const settled = census.groups === (survey.differing?.leftAlone.groups ?? 0);
  if (refusals.all.length > 0 || settled) return { ...plan, steps: [] };
  const choice = chooseStrategy(strategy, facts.table);
  const locked = choice.strategy === 'locked';
  const step = dedupeStep(dedupe, survey);
  const { serving } = judgeIndexes({ ...key, name: undefined, unique: true, method: 'btree' }, facts);
  const mend = serving ? [rebuildStep(serving, facts.table.table, dedupe)] : [];
  return { ...plan, steps: [locked ? transactionStep(facts.table.table, [step], choice.reason) : step, ...mend] };
}
