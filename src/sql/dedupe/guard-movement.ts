import type { ResolvedReference } from '../../model/dedupe.ts';
import { leadsBack, type Movement, whyKept } from '../../model/movement.ts';
import { refersTo } from '../refers-to.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { allBut, findExcluded } from './exclusions.ts';
import { futureColumn } from './future-rows.ts';
import { type Guarded, guardActions, named } from './guarded.ts';
import { mergeValue } from './merge-value.ts';
import {
  away,
  exclusionGuards,
  findBroken,
  findKept,
  findRefused,
  isRemovable,
  loneGuards,
  movingRows,
  rankStaying,
} from './survey-movements.ts';
import { apartBy, findTurns, TURNS } from './turns.ts';

/** What all that could refuse one movement have in common. */
type Common = Omit<Guarded, 'constraint' | 'rows'>;

/** Everything that could refuse children as they will be when they are re-pointed. */
export function guardMovement(movement: Movement, place: number): readonly Guarded[] {
  const { child, label, links, references, removes } = movement;
  const common: Common = {
    subject: 're-pointed',
    label,
    moved: links.map(({ columns }) => columns.map(({ name }) => name)),
    arrays: links.flatMap(({ kind, columns }) => (kind === 'array' ? columns.map(({ name }) => name) : [])),
    image: child,
    kept: whyKept(movement),
  };
  const before = [...guardCircle(movement, place, common), ...guardRemoved(movement, place, common)];
  const alone = [
    ...guardAlone(movement, place, common),
    ...guardFilled(movement, place, common),
    ...guardTurns(movement, place, common),
  ];
  if (!removes) return [...before, ...alone, ...guardExclusions(movement, place, common)];
  const referring = references
    .filter(({ kind }) => kind === 'foreign-key')
    .map((inner) => guardReferring(movement, inner, place, common));
  return [...before, ...referring, ...guardAsked(movement, place, common), ...alone];
}

/** Copies among children that lead back to the table cannot be removed. */
function guardCircle(movement: Movement, place: number, common: Common): readonly Guarded[] {
  if (!leadsBack(movement)) return [];
  const name = movement.uniques.map(({ index }) => index).join(', ');
  return [{ ...common, constraint: { kind: 'circle', name }, rows: `select tab, tid from doomed${place}` }];
}

/** Triggers that could refuse the removal of children, and what foreign keys send for it. */
function guardRemoved(movement: Movement, place: number, common: Common): readonly Guarded[] {
  const { child, uniques, removes, keepers, references } = movement;
  const gone = ['doomed', 'broken', 'excluded'].map((each) => `select tab, tid from ${each}${place}`).join(' union ');
  const kept = (uniques.length > 0 || removes ? keepers : []).map((guard): Guarded => {
    return { ...common, subject: 'removed', constraint: named(guard), rows: findKept(guard, child, gone) };
  });
  const sent = guardActions(references, gone).map((each) => ({ ...each, label: common.label, moved: common.moved }));
  return [...kept, ...sent];
}

/** What judges each child by itself. */
function guardAlone(movement: Movement, place: number, common: Common): readonly Guarded[] {
  return loneGuards(movement)
    .filter((guard) => !movement.removes || !isRemovable(guard))
    .map((guard) => ({ ...common, constraint: named(guard), rows: findRefused(movement, guard, place) }));
}

/** Children that take values of their copies: the archive holds them with these too. Nothing else asks about such columns. */
function guardFilled(movement: Movement, place: number, common: Common): readonly Guarded[] {
  const { child, merges, uniques, guards } = movement;
  const filled = { child, columns: merges.map(({ column }) => ({ name: column })) };
  return guards.flatMap((guard) =>
    guard.kind !== 'width' || merges.length === 0
      ? []
      : uniques
          .filter(({ onCollision }) => onCollision === 'merge')
          .map((unique) => ({
            ...common,
            constraint: named(guard),
            rows: findBroken(filled, guard, `(${fillKept(movement, unique, place)})`),
          })),
  );
}

/** SQL: the copy that stays of each group, with what it takes of the others. */
function fillKept(movement: Movement, unique: Movement['uniques'][number], place: number): string {
  const values = movement.merges.map(
    (merge, part) => `(${mergeValue(merge)})::${merge.baseType} as ${futureColumn(part)}`,
  );
  return `
        select true as moves, msgdb_tab as tab, msgdb_tid as tid, ${values.join(', ')}
          from (select r.first_tab as msgdb_tab, r.first_tid as msgdb_tid, r.rank as msgdb_rank,
                       msgdb_t as msgdb_row, msgdb_t.*
                  from (${rankStaying(movement, unique, place)}) r
                  join ${rowsOf(movement.child)} msgdb_t on ${sameRow('msgdb_t', 'r')}) members
         group by msgdb_tab, msgdb_tid`;
}

/** Rows of which each would take what another one has until it moves: no order of them is allowed. */
function guardTurns(movement: Movement, place: number, common: Common): readonly Guarded[] {
  const staying = `(select * from moving${place} k where not exists (select from excluded${place} g where g.tab = k.tab and g.tid = k.tid))`;
  return apartBy(movement).map((guard) => ({
    ...common,
    constraint: { kind: 'order', name: guard.name, ...(guard.partition ? { partition: guard.partition } : {}) },
    rows: `select tab, tid from (${findTurns(movement, [guard], staying)}) w where turn >= ${TURNS}`,
  }));
}

function guardExclusions(movement: Movement, place: number, common: Common): readonly Guarded[] {
  return exclusionGuards(movement).map((guard) => ({
    ...common,
    constraint: named(guard),
    rows: findExcluded(movement, guard, movingRows(place), allBut(away(place))),
  }));
}

/** What refers to a child that is removed without a survivor has nothing to be re-pointed to. */
function guardReferring({ child }: Movement, inner: ResolvedReference, place: number, common: Common): Guarded {
  return {
    subject: 'named',
    label: common.label,
    moved: common.moved,
    image: inner.child,
    kept: undefined,
    constraint: { kind: 'foreign key', name: inner.label },
    rows: `
        select distinct d.tableoid as tab, d.ctid as tid
          from (select tab, tid from broken${place} union select tab, tid from excluded${place}) g
          join ${rowsOf(child)} c on ${sameRow('c', 'g')}
          join ${rowsOf(inner.child)} d on ${refersTo(inner, 'd', 'c')}`,
  };
}

/** Children that these refuse are removed, so they refuse nothing; but their expressions are evaluated, and can fail. */
function guardAsked(movement: Movement, place: number, common: Common): readonly Guarded[] {
  return loneGuards(movement)
    .filter(isRemovable)
    .map((guard) => ({
      ...common,
      constraint: named(guard),
      rows: `
        select null::oid as tab, null::tid as tid
          from (${findBroken(movement, guard, `kin${place}`)}) asked having count(*) < 0`,
    }));
}
