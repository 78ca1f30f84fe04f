import type { Ties } from '../../model/ties.ts';
import { findExcluded } from './exclusions.ts';
import { futureColumn } from './future-rows.ts';
import { type Guarded, named } from './survey-guards.ts';
import { findBroken } from './survey-movements.ts';
import { moveName, valueName } from './survey-ties.ts';

/** Everything that could refuse rows that ON UPDATE CASCADE takes along, by the tables of `countTies`. */
export function guardCascades({ moves, passages }: Ties): readonly Guarded[] {
  return passages.flatMap(({ move: place, label, guards, settled }) => {
    const move = moves[place];
    if (!move) return [];
    const { image, columns } = move;
    const away = settled.map(
      (other) => ` and not exists (select from movable${other} k where k.moves and k.tab = m.tab and k.tid = m.tid)`,
    );
    const values = columns.map((_, part) => `, ${valueName(part)} as ${futureColumn(part)}`);
    const rows = `(select distinct on (tab, tid) true as moves, tab, tid${values.join('')}
                  from ${moveName(place)} m where true${away.join('')})`;
    const changed = { child: image, columns };
    return guards.map((guard) => ({
      subject: 're-pointed' as const,
      label,
      moved: [],
      image,
      constraint: named(guard),
      kept: 'cascade' as const,
      rows: guard.kind === 'exclusion' ? findExcluded(changed, guard, rows, rows) : findBroken(changed, guard, rows),
    }));
  });
}
