import type { Dedupe, RowGuard } from '../../model/dedupe.ts';
import { movementsOf } from '../../model/movement.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { Crossing, Move, Ties } from '../../model/ties.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { apartIn, broughtAbout, crossingColumns, findMet } from './crossings.ts';
import { allBut, findExcluded } from './exclusions.ts';
import { futureColumn } from './future-rows.ts';
import { type Guarded, named } from './guarded.ts';
import { joinMoves, movedValue } from './members.ts';
import { findBroken } from './survey-movements.ts';
import { handingOn, moveName, movesBefore, valueName } from './survey-ties.ts';

/** Everything that could refuse rows that ON UPDATE CASCADE takes along, by the tables of `countTies` and `crossingTables`. */
export function guardCascades(ties: Ties, dedupe: Dedupe): readonly Guarded[] {
  return [
    ...guardPassages(ties, dedupe),
    ...ties.crossings.flatMap((crossing, place) => guardCrossing(crossing, place, ties.moves)),
  ];
}

/** In each step, all states that rows come through; of rows that are re-pointed themselves, what they have come to by then. */
function guardCrossing(crossing: Crossing, place: number, moves: readonly Move[]): readonly Guarded[] {
  const { image, ways, guards } = crossing;
  const changed = { child: image, columns: crossingColumns(crossing) };
  const kinds = ways.flatMap(({ move, step, label }) => {
    const { kind } = moves[move] ?? {};
    return kind === 'cascade' || (kind === 'children' && ways.some((other) => other.step < step))
      ? [{ kind, step, label }]
      : [];
  });
  const each = kinds.filter(
    ({ kind, step }, part) => kinds.findIndex((other) => other.kind === kind && other.step === step) === part,
  );
  return each.flatMap(({ kind, step, label }): readonly Guarded[] => {
    const common = {
      subject: label === undefined ? ('merged' as const) : ('re-pointed' as const),
      label,
      moved: [],
      image,
      kept: 'cascade' as const,
    };
    const coming = broughtAbout(crossing, moves, { place, step, kind });
    const others = `(select * from states${place} where step = ${step}${kind === 'children' ? ' and done' : ''})`;
    const alone = guards.flatMap((guard) =>
      guard.kind === 'exclusion'
        ? []
        : [
            {
              ...common,
              constraint: named(guard),
              rows: `select distinct tab, tid from (${findBroken(changed, guard, coming)}) every_state`,
            },
          ],
    );
    // Copies among children that are re-pointed themselves are looked for then, and removed.
    const apart = apartIn(crossing).filter(({ removable }) => kind === 'cascade' || !removable);
    return [
      ...alone,
      ...apart.map(({ name, partition, ...guard }) => ({
        ...common,
        constraint: { kind: 'order' as const, name, ...(partition ? { partition } : {}) },
        rows: findMet(crossing, place, guard, { coming, others, steps: 'same' }),
      })),
    ];
  });
}

function guardPassages({ moves, passages }: Ties, dedupe: Dedupe): readonly Guarded[] {
  return passages.flatMap(({ move: place, label, guards, settled }) => {
    const move = moves[place];
    if (!move) return [];
    const { image } = move;
    const away = settled.map(
      (other) => ` and not exists (select from movable${other} k where k.moves and k.tab = m.tab and k.tid = m.tid)`,
    );
    const removed = removedRows(move, label === undefined ? dedupe : { references: [] });
    const before = movesBefore(move, moves);
    const also = [...new Set(before.flatMap(({ columns }) => columns.map(({ name }) => name)))].filter(
      (name) => name !== '',
    );
    const values = [
      ...move.columns.map((_, part) => `m.${valueName(part)}`),
      ...also.map((name) => movedValue(before, name)),
    ].map((value, part) => `, ${value} as ${futureColumn(part)}`);
    const rows = `(select distinct on (m.tab, m.tid) true as moves, m.tab, m.tid${values.join('')}
                  from ${moveName(place)} m join ${rowsOf(image)} c on ${sameRow('c', 'm')}${joinMoves(before, 'm')}
                 where m.tab = m.to_tab and m.tid = m.to_tid and not exists (select from (${removed}) g where ${sameRow('c', 'g')})${away.join('')})`;
    const elsewhere = `(select tab, tid from ${rows} moved union all ${removed})`;
    const changed = { child: image, columns: [...move.columns, ...also.map((name) => ({ name }))] };
    const refusedRows = (guard: RowGuard): string => {
      if (guard.kind === 'exclusion') return findExcluded(changed, guard, rows, allBut(elsewhere));
      if (guard.kind === 'trigger' && !guard.row && move.kind === 'cascade') return handingOn(move, moves);
      return findBroken(changed, guard, rows);
    };
    return guards.map((guard) => ({
      subject: label === undefined ? ('merged' as const) : ('re-pointed' as const),
      label,
      moved: [],
      image,
      constraint: named(guard),
      kept: 'cascade' as const,
      rows: refusedRows(guard),
    }));
  });
}

/** SQL: rows of the table that have been removed before survivors take values (tab, tid). */
function removedRows({ image }: Move, { references }: Pick<Dedupe, 'references'>): string {
  const removed = movementsOf(references).flatMap(({ child }, place) =>
    isSameTable(child.table, image.table)
      ? ['doomed', 'broken', 'excluded'].map((gone) => `select tab, tid from ${gone}${place}`)
      : [],
  );
  return ['select null::oid as tab, null::tid as tid where false', ...removed].join(' union all ');
}
