import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import type { Census } from '../../model/facts.ts';
import type { IndexBuild, Plan, Step } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';

/** What re-pointing may meet that no count foresees: the rule's own key. */
export function referenceNotes(dedupe: Dedupe, census: Census): readonly string[] {
  if (census.excessRows === 0) return [];
  return [...new Set(ownKeyNotes(dedupe, withInner(dedupe.references)))];
}

/**
 * Plans in the order in which they are carried out, each made from the database as it is: to those that re-point rows
 * under an index that an earlier one builds, a note says so.
 */
export function noteIndexesBefore<Planned extends { readonly plan: Plan }>(
  plans: readonly Planned[],
): readonly Planned[] {
  const builds: IndexBuild[] = [];
  return plans.map((planned) => {
    const steps = planned.plan.steps.flatMap(withSteps);
    const references = withInner(steps.flatMap((step) => (step.kind === 'dedupe' ? step.dedupe.references : [])));
    const met = builds.filter((build) => references.some((reference) => isMet(build, reference)));
    builds.push(...steps.flatMap((step) => (step.kind === 'build-index' && step.build.unique ? [step.build] : [])));
    const notes = met.map(
      ({ name, table }) =>
        `${name} will be built before. Rows of ${tableLabel(table)} that it would refuse are not in these figures, and a ` +
        'script of --sql does not see them: run the steps before, then plan again.',
    );
    return notes.length === 0
      ? planned
      : { ...planned, plan: { ...planned.plan, notes: [...planned.plan.notes, ...notes] } };
  });
}

function ownKeyNotes({ key, image }: Dedupe, references: readonly ResolvedReference[]): readonly string[] {
  return references
    .filter(
      ({ child, columns }) => isSameTable(child.table, image.table) && columns.some(({ name }) => isPartOf(name, key)),
    )
    .map(
      ({ label }) =>
        `Re-pointing ${label} changes the key, and can make further copies: a run removes them too, but they are not in ` +
        'these figures. --sql is refused for it.',
    );
}

function isMet(build: IndexBuild, { child, columns }: ResolvedReference): boolean {
  return isSameTable(build.table, child.table) && columns.some(({ name }) => isPartOf(name, build));
}

function isPartOf(name: string, { columns, predicate }: Pick<IndexBuild, 'columns' | 'predicate'>): boolean {
  return (
    columns.some((each) => ('column' in each ? each.column === name : each.expression.includes(name))) ||
    predicate?.includes(name) === true
  );
}

function withInner(references: readonly ResolvedReference[]): readonly ResolvedReference[] {
  return references.flatMap((each) => [each, ...withInner(each.references)]);
}

function withSteps(step: Step): readonly Step[] {
  return step.kind === 'transaction' ? step.steps.flatMap(withSteps) : [step];
}
