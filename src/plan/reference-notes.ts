import type { Census, OperationFacts, TableName } from '../model/facts.ts';
import type { Dedupe, IndexBuild, Plan, ResolvedReference, Step } from '../model/plan.ts';
import { tableLabel } from './names.ts';

/** What re-pointing may meet that no count foresees: keys that refer to what is re-pointed, and the rule's own key. */
export function referenceNotes(dedupe: Dedupe, facts: OperationFacts, census: Census): readonly string[] {
  if (census.excessRows === 0) return [];
  const references = withInner(dedupe.references);
  return [...new Set([...references.flatMap((each) => tiedNotes(each, facts)), ...ownKeyNotes(dedupe, references)])];
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
        `${name} is to be built before. Rows of ${tableLabel(table)} that it will not let be re-pointed are not in these ` +
        'figures, and a script of --sql does not see them: run what comes before, then look again.',
    );
    return notes.length === 0
      ? planned
      : { ...planned, plan: { ...planned.plan, notes: [...planned.plan.notes, ...notes] } };
  });
}

/** A key that refers to a re-pointed column without ON UPDATE CASCADE: its rows hold the old value (23503). */
function tiedNotes(
  { label, child, columns }: ResolvedReference,
  { table, related }: OperationFacts,
): readonly string[] {
  const names = columns.map((column) => column.name);
  const facts = [table, ...related].find((each) => isSame(each.table, child.table));
  const tied = (facts?.referencedBy ?? []).filter(
    ({ onUpdate, referenced }) => onUpdate !== 'cascade' && referenced.some((each) => names.includes(each)),
  );
  if (tied.length === 0) return [];
  const shown = tied.slice(0, 3).map((key) => `${tableLabel(key.table)} (${key.columns.join(', ')})`);
  const more = tied.length > shown.length ? ` and ${tied.length - shown.length} more` : '';
  return [
    `${label} is re-pointed, and ${shown.join(', ')}${more} ${tied.length === 1 ? 'refers' : 'refer'} to it: where such ` +
      'rows move, PostgreSQL refuses it (23503), and nothing is changed. With ON UPDATE CASCADE they go along.',
  ];
}

function ownKeyNotes({ key, image }: Dedupe, references: readonly ResolvedReference[]): readonly string[] {
  return references
    .filter(({ child, columns }) => isSame(child.table, image.table) && columns.some(({ name }) => isPartOf(name, key)))
    .map(
      ({ label }) =>
        `Re-pointing ${label} changes the key, and can make further copies: a run removes them too, but they are not in ` +
        'these figures, and a script of --sql does not see them.',
    );
}

function isMet(build: IndexBuild, { child, columns }: ResolvedReference): boolean {
  return isSame(build.table, child.table) && columns.some(({ name }) => isPartOf(name, build));
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

function isSame(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name;
}
