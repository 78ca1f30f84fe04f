import type { ChildKey, Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import { isSameTable } from '../../model/table-name.ts';
import { ALL_BUT_ITSELF, ALL_BUT_LOSERS, asExclusion, findExcluded, type Others } from './exclusions.ts';
import { findTwins } from './find-twins.ts';
import { type Guarded, guardActions, named } from './guarded.ts';
import { findGone, findReferred, findUnmarked, markedColumns, movedBefore, takenColumns } from './own-changes.ts';
import { findBroken, findKept } from './survey-movements.ts';

const GONE = 'select tab, tid from ranked where rank > 1';

/** Everything that could refuse rows of the table itself: survivors that take values, losers that are marked or removed. */
export function guardOwn(dedupe: Dedupe): readonly Guarded[] {
  return [
    ...guardChanged(dedupe),
    ...guardKept(dedupe),
    ...guardReferred(dedupe),
    ...guardGone(dedupe),
    ...guardHeld(dedupe),
    ...guardUnmarked(dedupe),
  ];
}

function ownPart(dedupe: Dedupe, subject: Guarded['subject']) {
  return { subject, label: undefined, moved: [], image: dedupe.image, kept: undefined };
}

/** Survivors and marked losers as they will be. */
function guardChanged(dedupe: Dedupe): readonly Guarded[] {
  const { image, guards, uniques, unchanged } = dedupe;
  const marked = markedColumns(dedupe);
  const changes = [
    { subject: 'merged' as const, rows: 'taken', columns: takenColumns(dedupe) },
    { subject: 'marked' as const, rows: 'marked', columns: marked },
  ].filter(({ columns }) => columns.length > 0);
  return changes.flatMap(({ subject, rows, columns }): readonly Guarded[] => {
    const changed = { child: image, columns };
    const common = ownPart(dedupe, subject);
    const gone = marked.length > 0 ? 'select tab, tid from ranked where false' : GONE;
    const others = subject === 'marked' ? { ...ALL_BUT_ITSELF, before: movedBefore(dedupe) } : afterLosers(dedupe);
    return [
      ...guards.map((guard) => ({
        ...common,
        constraint: named(guard),
        rows:
          guard.kind === 'exclusion' ? findExcluded(changed, guard, rows, others) : findBroken(changed, guard, rows),
      })),
      ...unchanged.map((unique) => ({
        ...common,
        constraint: { kind: 'damaged' as const, names: unique.names, ...indexOf(unique) },
        rows: findTwins(image, unique, rows, gone),
      })),
      ...uniques.map((unique) => ({
        ...common,
        constraint: { kind: 'unique' as const, ...indexOf(unique) },
        rows: findExcluded(changed, asExclusion(unique), rows, others),
      })),
    ];
  });
}

/** Survivors take values last: losers have gone by then, or have what is set. */
function afterLosers(dedupe: Dedupe): Others {
  const columns = markedColumns(dedupe);
  const marked = columns.length === 0 ? [] : [{ rows: 'marked', columns }];
  return { ...ALL_BUT_LOSERS, before: [...marked, ...movedBefore(dedupe)] };
}

function indexOf({ index, partition }: ChildKey): Pick<Guarded['constraint'], 'name' | 'partition'> {
  return { name: index, ...(partition ? { partition } : {}) };
}

/** Triggers that could refuse the removal of losers, and what foreign keys send for it. */
function guardKept(dedupe: Dedupe): readonly Guarded[] {
  const kept = dedupe.keepers.map((guard) => ({
    ...ownPart(dedupe, 'removed'),
    constraint: named(guard),
    rows: findKept(guard, dedupe.image, GONE),
  }));
  return [...kept, ...(typeof dedupe.losers === 'string' ? guardActions(dedupe.references, GONE) : [])];
}

/** Columns that survivors take and children name; children by ON UPDATE CASCADE go along, but to NULL there is no way back. */
function guardReferred(dedupe: Dedupe): readonly Guarded[] {
  return dedupe.references
    .filter(({ kind }) => kind !== 'array')
    .filter(({ referenced }) => dedupe.merges.some(({ column }) => referenced.includes(column)))
    .map((reference) => ({
      ...ownPart(dedupe, 'merged'),
      constraint: { kind: reference.onUpdate === 'cascade' ? 'emptied' : 'referred', name: reference.label },
      rows: findReferred(dedupe, reference, reference.onUpdate === 'cascade' ? 'a NULL' : 'another key'),
    }));
}

/** Survivors that would take a reference to a row that goes. */
function guardGone(dedupe: Dedupe): readonly Guarded[] {
  if (markedColumns(dedupe).length > 0) return [];
  return ownReferences(dedupe)
    .filter(({ columns }) => columns.some(({ name }) => dedupe.merges.some(({ column }) => column === name)))
    .map((reference) => ({
      ...ownPart(dedupe, 'merged'),
      constraint: { kind: 'gone', name: reference.columns.map(({ name }) => name).join(', ') },
      rows: findGone(dedupe, reference),
    }));
}

/** References of the table to itself. */
function ownReferences({ references, image }: Dedupe): readonly ResolvedReference[] {
  return references.filter(({ kind, child }) => kind !== 'array' && isSameTable(child.table, image.table));
}

function guardHeld(dedupe: Dedupe): readonly Guarded[] {
  const { holder, image } = dedupe;
  if (!holder) return [];
  const gone = '(select true as moves, tab, tid from ranked where rank > 1)';
  const rows = findBroken({ child: image, columns: [] }, holder, gone);
  return [{ ...ownPart(dedupe, 'removed'), constraint: named(holder), rows }];
}

/** Marked losers that would be copies still. */
function guardUnmarked(dedupe: Dedupe): readonly Guarded[] {
  const marked = markedColumns(dedupe);
  if (marked.length === 0) return [];
  const rows = findUnmarked(dedupe.key, dedupe.image, marked);
  return [{ ...ownPart(dedupe, 'marked'), constraint: { kind: 'rule', name: '' }, rows }];
}
