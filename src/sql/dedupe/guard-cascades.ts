import type { Dedupe, RowGuard } from '../../model/dedupe.ts';
import { movementsOf } from '../../model/movement.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { Move, Ties } from '../../model/ties.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { allBut, findExcluded } from './exclusions.ts';
import { futureColumn } from './future-rows.ts';
import { type Guarded, named } from './guarded.ts';
import { joinMoves, movedValue } from './members.ts';
import { findBroken } from './survey-movements.ts';
import { handingOn, moveName, movesBefore, valueName } from './survey-ties.ts';

/** Everything that could refuse rows that ON UPDATE CASCADE takes along, by the tables of `countTies`. */
export function guardCascades({ moves, passages }: Ties, dedupe: Dedupe): readonly Guarded[] {
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
                 where not exists (select from (${removed}) g where ${sameRow('c', 'g')})${away.join('')})`;
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
