import type { Census } from '../model/facts.ts';
import type { Dedupe, ResolvedReference, Step } from '../model/plan.ts';
import { tableLabel } from './names.ts';

/** From this share of excess rows on, finding the suspects first costs more than it saves. */
const MANY = 0.1;

/** Removes excess rows; in batches, unless the table is locked anyway. */
export function dedupeStep(dedupe: Dedupe, census: Census): Step {
  const label = tableLabel(dedupe.key.table);
  return {
    kind: 'dedupe',
    title:
      census.excessRows > 0
        ? `Remove ${count(census.excessRows, 'excess row')} in ${count(census.groups, 'group')} from ${label}`
        : `Look once more for copies in ${label}, and remove any that came`,
    table: dedupe.key.table,
    lock: 'row',
    details: [
      ...fate(dedupe),
      ...dedupe.merges.map(({ column, strategy }) =>
        typeof strategy === 'string'
          ? `the survivor's ${column}: ${strategy} of the group`
          : `the survivor's ${column}: ${strategy.expression}`,
      ),
      ...dedupe.references.flatMap((reference) => describeReference(reference, '')),
      ...(dedupe.references.some((reference) => isSameTable(reference, dedupe))
        ? ['a row that refers to its own copy comes to refer to itself']
        : []),
    ],
    dedupe,
    census,
    ranks: census.excessRows > census.covered * MANY ? 'every row' : 'suspects',
  };
}

function fate({ losers }: Dedupe): readonly string[] {
  if (losers === 'archive') return ['removed rows are kept in the archive'];
  if (losers === 'delete') return ['removed rows are NOT kept: this cannot be undone'];
  return [`rows are not removed but marked: ${losers.set.map((each) => each.column).join(', ')}`];
}

function describeReference(reference: ResolvedReference, indent: string): readonly string[] {
  const collide = reference.uniques.map((unique) => unique.index).join(', ');
  const outcome = { 'keep-survivor': 'archived and removed', merge: 'merged into one', refuse: 'refused' }[
    reference.onCollision
  ];
  return [
    `${indent}${reference.label} is re-pointed to the survivor${collide ? `; copies under ${collide} are ${outcome}` : ''}`,
    ...reference.references.flatMap((inner) => describeReference(inner, `${indent}  `)),
  ];
}

function isSameTable({ child }: ResolvedReference, { image }: Dedupe): boolean {
  return child.table.schema === image.table.schema && child.table.name === image.table.name;
}

function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en-US')} ${noun}${amount === 1 ? '' : 's'}`;
}
