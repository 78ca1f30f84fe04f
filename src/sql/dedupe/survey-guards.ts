import type { ChildKey, Dedupe, ResolvedReference, RowGuard, TableImage } from '../../model/dedupe.ts';
import type { GuardSurvey } from '../../model/group-survey.ts';
import { leadsBack, type Movement, movementsOf, whyKept } from '../../model/movement.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { isSameTable } from '../../model/table-name.ts';
import { quoteName } from '../quote.ts';
import { refersTo } from '../refers-to.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { asExclusion, findExcluded } from './exclusions.ts';
import { findTwins } from './find-twins.ts';
import { findGone, findReferred, findUnmarked, markedColumns, ownTables, takenColumns } from './own-changes.ts';
import { rankedMembers } from './ranked-members.ts';
import {
  away,
  exclusionGuards,
  findBroken,
  findKept,
  findRefused,
  isRemovable,
  loneGuards,
  movementTables,
  movingRows,
} from './survey-movements.ts';

/** What could refuse a run, and the rows that it would refuse: SQL of their places (tab, tid). */
export interface Guarded {
  readonly subject: 're-pointed' | 'merged' | 'marked' | 'named' | 'removed';
  /** The references that are re-pointed; undefined for the table itself. */
  readonly label: string | undefined;
  /** The columns of each of them. */
  readonly moved: readonly (readonly string[])[];
  readonly array?: true;
  readonly image: TableImage;
  readonly constraint: GuardSurvey['constraint'];
  readonly rows: string;
  /** Why `onCollision: 'remove'` would not remove children that it refuses. */
  readonly kept: GuardSurvey['kept'];
}

/** Everything that could refuse a row as it will be: of children that are re-pointed, and of the table itself. */
export function guardedRows(dedupe: Dedupe): readonly Guarded[] {
  return [...movementsOf(dedupe.references).flatMap(guardMovement), ...guardOwn(dedupe)];
}

/**
 * Counts the rows that each of them would refuse, with what identifies the first few: a row of JSON each. `more` are common
 * table expressions that they read.
 */
export function countRefused(dedupe: Dedupe, guarded: readonly Guarded[], more: readonly string[]): Statement {
  const movements = movementsOf(dedupe.references).flatMap((movement, place) =>
    movementTables(movement, place, dedupe),
  );
  const counts = guarded.map(({ image, rows, constraint }) => {
    if (constraint.trigger?.row === false) return countForStatement(rows);
    const name = image.identity.map((column) => `c.${quoteName(column)}::text`);
    const sample = name.length === 0 ? 'c.ctid::text' : `pg_catalog.concat_ws(', ', ${name.join(', ')})`;
    return `(select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(${sample} order by ${sample}))[1:3]), '[]'))
                from (${rows}) met join ${rowsOf(image)} c on ${sameRow('c', 'met')})`;
  });
  return statement(`
      with ${[rankedMembers(dedupe), ...movements, ...ownTables(dedupe), ...more].join(',\n      ')}
      select jsonb_build_array(${counts.join(',\n             ')}) as refused`);
}

/** FOR EACH STATEMENT fires once; no statement is sent where it has no row to change. */
function countForStatement(rows: string): string {
  return `(select jsonb_build_object('rows', count(*), 'sample', '[]'::jsonb) from (${rows}) met)`;
}

function guardMovement(movement: Movement, place: number): readonly Guarded[] {
  const { child, label, links, references, removes, uniques, keepers } = movement;
  const moved = links.map(({ columns }) => columns.map(({ name }) => name));
  const kept = whyKept(movement);
  const array = links.some(({ kind }) => kind === 'array') ? { array: true as const } : {};
  const common = { subject: 're-pointed' as const, label, moved, ...array, image: child, kept };
  const circle = leadsBack(movement)
    ? [
        {
          ...common,
          constraint: { kind: 'circle' as const, name: uniques.map(({ index }) => index).join(', ') },
          rows: `select tab, tid from doomed${place}`,
        },
      ]
    : [];
  const refusing = loneGuards(movement).filter((guard) => !removes || !isRemovable(guard));
  const alone = refusing.map((guard) => ({
    ...common,
    constraint: named(guard),
    rows: findRefused(movement, guard, place),
  }));
  const held = (uniques.length > 0 || removes ? keepers : []).map((guard) => ({
    ...common,
    subject: 'removed' as const,
    constraint: named(guard),
    rows: findKept(
      guard,
      child,
      ['doomed', 'broken', 'excluded'].map((gone) => `select tab, tid from ${gone}${place}`).join(' union '),
    ),
  }));
  if (removes) {
    // What a row without a survivor is named by has nothing to be re-pointed to.
    const gone = `(select tab, tid from broken${place} union select tab, tid from excluded${place})`;
    const referring = references
      .filter(({ kind }) => kind === 'foreign-key')
      .map((inner) => ({
        subject: 'named' as const,
        label,
        moved,
        image: inner.child,
        kept: undefined,
        constraint: { kind: 'foreign key' as const, name: inner.label },
        rows: `
        select distinct d.tableoid as tab, d.ctid as tid
          from ${gone} g
          join ${rowsOf(child)} c on ${sameRow('c', 'g')}
          join ${rowsOf(inner.child)} d on ${refersTo(inner, 'd', 'c')}`,
      }));
    // They refuse nothing, unless they fail.
    const asked = loneGuards(movement)
      .filter(isRemovable)
      .map((guard) => ({
        ...common,
        constraint: named(guard),
        rows: `
        select null::oid as tab, null::tid as tid
          from (${findBroken(movement, guard, `kin${place}`)}) asked having count(*) < 0`,
      }));
    return [...circle, ...held, ...referring, ...asked, ...alone];
  }
  return [
    ...circle,
    ...held,
    ...alone,
    ...exclusionGuards(movement).map((guard) => ({
      ...common,
      constraint: named(guard),
      rows: findExcluded(movement, guard, movingRows(place), away(place)),
    })),
  ];
}

export function named(guard: RowGuard): Guarded['constraint'] {
  const kind = guard.kind === 'exclusion' && guard.unique ? 'unique' : guard.kind;
  return {
    kind,
    name: guard.name,
    ...(guard.partition ? { partition: guard.partition } : {}),
    ...(guard.kind === 'trigger' ? { trigger: guard } : {}),
    ...(guard.kind === 'type' ? { type: guard.type } : {}),
  };
}

function indexOf({ index, partition }: ChildKey): Pick<Guarded['constraint'], 'name' | 'partition'> {
  return { name: index, ...(partition ? { partition } : {}) };
}

const GONE = '(select true as moves, tab, tid from ranked where rank > 1)';

/** Survivors that take values, and losers that are marked. */
function guardOwn(dedupe: Dedupe): readonly Guarded[] {
  const { image, guards, keepers, holder, uniques, unchanged, merges, key } = dedupe;
  const marked = markedColumns(dedupe);
  const changes = [
    { subject: 'merged' as const, rows: 'taken', columns: takenColumns(dedupe) },
    { subject: 'marked' as const, rows: 'marked', columns: marked },
  ].filter(({ columns }) => columns.length > 0);
  const each = changes.flatMap(({ subject, rows, columns }): readonly Guarded[] => {
    const changed = { child: image, columns };
    const common = { subject, label: undefined, moved: [], image, kept: undefined };
    const gone = `select tab, tid from ranked where ${marked.length > 0 ? 'false' : 'rank > 1'}`;
    const elsewhere = `(select tab, tid from ${rows} union all ${gone})`;
    return [
      ...guards.map((guard) => ({
        ...common,
        constraint: named(guard),
        rows:
          guard.kind === 'exclusion' ? findExcluded(changed, guard, rows, elsewhere) : findBroken(changed, guard, rows),
      })),
      ...unchanged.map((unique) => ({
        ...common,
        constraint: { kind: 'damaged' as const, names: unique.names, ...indexOf(unique) },
        rows: findTwins(image, unique, rows, gone),
      })),
      ...uniques.map((unique) => ({
        ...common,
        constraint: { kind: 'unique' as const, ...indexOf(unique) },
        rows: findExcluded(changed, asExclusion(unique), rows, elsewhere),
      })),
    ];
  });
  const removed = { subject: 'removed' as const, label: undefined, moved: [], image, kept: undefined };
  const kept = keepers.map((guard) => ({
    ...removed,
    constraint: named(guard),
    rows: findKept(guard, image, 'select tab, tid from ranked where rank > 1'),
  }));
  // Children by ON UPDATE CASCADE go along.
  const referred = dedupe.references
    .filter(({ kind, onUpdate }) => kind !== 'array' && onUpdate !== 'cascade')
    .filter(({ referenced }) => merges.some(({ column }) => referenced.includes(column)))
    .map((reference) => ({
      ...removed,
      subject: 'merged' as const,
      constraint: { kind: 'referred' as const, name: reference.label },
      rows: findReferred(dedupe, reference),
    }));
  const gone = ownReferences(dedupe)
    .filter(({ columns }) => marked.length === 0 && merges.some(({ column }) => isIn(column, columns)))
    .map((reference) => ({
      ...removed,
      subject: 'merged' as const,
      constraint: { kind: 'gone' as const, name: reference.columns.map(({ name }) => name).join(', ') },
      rows: findGone(dedupe, reference),
    }));
  const held = [
    ...kept,
    ...referred,
    ...gone,
    ...(holder
      ? [{ ...removed, constraint: named(holder), rows: findBroken({ child: image, columns: [] }, holder, GONE) }]
      : []),
  ];
  if (marked.length === 0) return [...each, ...held];
  const rule = { kind: 'rule' as const, name: '' };
  return [
    ...each,
    {
      subject: 'marked',
      label: undefined,
      moved: [],
      image,
      kept: undefined,
      constraint: rule,
      rows: findUnmarked(key, image, marked),
    },
  ];
}

/** References of the table to itself. */
function ownReferences({ references, image }: Dedupe): readonly ResolvedReference[] {
  return references.filter(({ kind, child }) => kind !== 'array' && isSameTable(child.table, image.table));
}

function isIn(column: string, columns: readonly { readonly name: string }[]): boolean {
  return columns.some(({ name }) => name === column);
}
