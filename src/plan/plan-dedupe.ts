import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import type { Plan, Step, Survey } from '../model/plan.ts';
import type { PlanSettings } from '../model/plan-settings.ts';
import { Refusals } from '../model/refusals.ts';
import { quotedTable, tableLabel } from '../model/table-label.ts';
import { lackingToUndo } from '../resolve/lack-restore.ts';
import { momentNotes } from '../resolve/refuse-unsettled.ts';
import { keyLabel } from '../resolve/resolve-key.ts';
import type { ResolvedRule } from '../resolve/resolve-rule.ts';
import { withEstimates } from './estimate/estimate-steps.ts';
import { inheritanceNotes } from './notes/inheritance-notes.ts';
import { notUndoneNotes } from './notes/not-undone-notes.ts';
import { referenceNotes } from './notes/reference-notes.ts';
import { triggerNotes } from './notes/trigger-notes.ts';
import { heldSteps } from './refusals/held-steps.ts';
import { refuseBlastRadius } from './refusals/refuse-blast-radius.ts';
import { refuseMiswritten } from './refusals/refuse-miswritten.ts';
import { refuseRemoval, refuseRule } from './refusals/refuse-removal.ts';
import { rebuildStep } from './steps/build-steps.ts';
import { dedupeStep } from './steps/dedupe-step.ts';
import { byStrategy, planRemoval, type Removal } from './steps/plan-removal.ts';
import { rebuildReferenced } from './steps/rebuild-referenced.ts';

/** What is said of every such plan. */
export const NO_INDEX =
  'No index is built: new copies can come at any time. A migration with uniqueKey keeps them out.';

/** Plans that a rule's excess rows go, without an index that keeps new ones out. */
export function planDedupe(
  resolved: ResolvedRule,
  facts: OperationFacts,
  survey: Survey,
  settings: Pick<PlanSettings, 'strategy' | 'indexReferences'>,
): Plan {
  const { operation: rule, key, dedupe, judgement } = resolved;
  const { serving } = judgement;
  const wrong = refuseMiswritten(resolved, facts);
  if (wrong) return wrong;
  const { census } = survey;
  const refusals = new Refusals(tableLabel(facts.table.table));
  refuseRule(resolved, census, refusals);
  refuseBlastRadius(rule.limit, census, keyLabel(key), refusals);
  refuseRemoval(dedupe, facts, survey, serving, refusals);
  const byFile = settings.strategy === 'plan-file';
  const alone = survey.differing?.leftAlone.groups ?? 0;
  const removal = planRemoval(resolved, facts, survey, settings, { builds: false, refusals });
  const cannotUndo = census.excessRows > 0 ? lackingToUndo(dedupe, facts) : [];
  const plan = {
    operation: rule,
    title: `unique ${keyLabel(key)}`,
    table: facts.table.table,
    refusals: refusals.all,
    lacking: refusals.lacking,
    lackingToUndo: cannotUndo,
    notes: [
      NO_INDEX,
      ...inheritanceNotes(facts.table),
      ...momentNotes(facts),
      ...triggerNotes(dedupe, facts, census),
      ...referenceNotes(dedupe, census),
      ...(serving && census.groups > 0 && (alone > 0 || byFile) ? [noteNotRebuilt(serving, settings)] : []),
      ...removal.notes,
      ...notUndoneNotes(cannotUndo),
    ],
  };
  const steps = () => stepsOf(resolved, facts, survey, { removal, byFile, alone });
  const made =
    refusals.all.length > 0 ? { ...plan, steps: [], ...heldSteps(refusals, steps) } : { ...plan, steps: steps() };
  return withEstimates(made, facts, survey);
}

function stepsOf(
  { judgement: { serving } }: ResolvedRule,
  facts: OperationFacts,
  survey: Survey,
  { removal, byFile, alone }: { readonly removal: Removal; readonly byFile: boolean; readonly alone: number },
): readonly Step[] {
  const mend = serving && alone === 0 && !byFile ? [rebuildStep(serving, facts.table.table, removal.dedupe)] : [];
  // A run that ended between removal and rebuild has left an index that does not lead to every row.
  if (survey.census.groups === alone) return survey.damaged ? mend : [];
  const remove = byStrategy(removal.choice, facts, () => [dedupeStep(removal.dedupe, survey)]);
  return [
    ...removal.around(remove),
    ...mend,
    ...(byFile ? [] : rebuildReferenced(removal.dedupe, survey, facts, serving)),
  ];
}

function noteNotRebuilt({ schema, name }: IndexFacts, { strategy }: Pick<PlanSettings, 'strategy'>): string {
  if (strategy === 'plan-file') {
    return `${name} is damaged and is not rebuilt: groups that are left out would stay in it. Afterwards: reindex index concurrently ${quotedTable({ schema, name })}`;
  }
  return `${name} is damaged and is not rebuilt: it could not hold the copies that are left alone. Correct them, and run the same command again.`;
}
