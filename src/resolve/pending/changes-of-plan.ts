import type { ResolvedReference } from '../../model/dedupe.ts';
import type { TableName } from '../../model/facts.ts';
import type { Change } from '../../model/pending.ts';
import type { Plan, Step } from '../../model/plan.ts';

/** What a plan changes in rows, as statements of a script are followed. `by`: who does it, for people. */
export function changesOfPlan({ steps }: Plan, by: string): readonly Change[] {
  return steps.flatMap((step) => changesOfStep(step, by));
}

function changesOfStep(step: Step, by: string): readonly Change[] {
  switch (step.kind) {
    case 'transaction':
      return step.steps.flatMap((each) => changesOfStep(each, by));
    case 'dedupe': {
      const { losers, merges, references, image } = step.dedupe;
      const taken = merges.map(({ column }) => column);
      const marked = typeof losers === 'object' ? losers.set.map(({ column }) => column) : [];
      if (step.census.excessRows === 0) return [];
      return [
        ...(typeof losers === 'object' ? [] : [thinOut(image.table, by)]),
        ...write(image.table, [...taken, ...marked]),
        ...references.flatMap((each) => changesOfReference(each, by)),
      ];
    }
    case 'relink':
      return [
        ...write(step.relink.child.table, [step.relink.column]),
        ...(step.relink.create ? [{ kind: 'insert', table: step.relink.parent.table } as const] : []),
      ];
    default:
      return [];
  }
}

/** Children are re-pointed, and those that collide then go, with children of their own. */
function changesOfReference({ child, columns, references }: ResolvedReference, by: string): readonly Change[] {
  return [
    ...write(
      child.table,
      columns.map(({ name }) => name),
    ),
    thinOut(child.table, by),
    ...references.flatMap((each) => changesOfReference(each, by)),
  ];
}

function thinOut(table: TableName, by: string): Change {
  return { kind: 'thin-out', table, by };
}

/** To values that nobody knows before. */
function write(table: TableName, columns: readonly string[]): readonly Change[] {
  if (columns.length === 0) return [];
  const sets = columns.map((column) => ({ column, value: undefined }));
  return [{ kind: 'update', table, sets, where: undefined, rowwise: false, only: false }];
}
