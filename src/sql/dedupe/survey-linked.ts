import type { Dedupe } from '../../model/dedupe.ts';
import { leadsBack, type Movement, movementsOf } from '../../model/movement.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { Ties } from '../../model/ties.ts';
import { apartIn, crossingColumns, crossingTables, findMet } from './crossings.ts';
import { linkOwn } from './linked-own.ts';
import { ownTables } from './own-changes.ts';
import { rankedMembers } from './ranked-members.ts';
import { hasMidway, type Linking, mayBeShared, sharedTables } from './shared-rows.ts';
import {
  exclusionGuards,
  findBroken,
  isRemovable,
  loneGuards,
  movementTables,
  rankStaying,
} from './survey-movements.ts';
import { countTies } from './survey-ties.ts';
import { apartBy, findWaits } from './turns.ts';

/** Everything by which groups could depend on each other. */
export function findLinking(dedupe: Dedupe, ties: Ties): readonly Linking[] {
  const movements = movementsOf(dedupe.references);
  // They are settled at once anyway.
  if (movements.some(leadsBack)) return [];
  const children = movements.flatMap((movement, place) => {
    const shared = mayBeShared(movement, dedupe);
    const own = shared && isSameTable(movement.child.table, dedupe.image.table);
    return [
      ...(shared ? linkChildren(movement, place) : []),
      ...linkWaiting(movement, place, shared && hasMidway(movement) ? `midway${place}` : ''),
      ...(own ? linkOwn(dedupe, movement, `shared${place}`) : []),
    ];
  });
  return [...children, ...linkCrossings(ties)];
}

/** Says of each of them whether there is such a row. `places`: of the rows of all groups, where these are known. */
export function askLinking(
  dedupe: Dedupe,
  ties: Ties,
  linking: readonly Linking[],
  places: string | undefined,
): Statement {
  const movements = movementsOf(dedupe.references);
  const tables = movements.flatMap((movement, place) => [
    ...movementTables(movement, place, dedupe),
    ...(mayBeShared(movement, dedupe) ? sharedTables(movement, place, dedupe) : []),
  ]);
  const ranked = rankedMembers(dedupe, places === undefined ? 'every row' : 'places');
  const along = ties.crossings.length > 0 ? [...countTies(ties).tables, ...crossingTables(ties)] : [];
  return statement(
    `
      with ${[ranked, ...tables, ...ownTables(dedupe), ...along].join(',\n      ')}
      select jsonb_build_array(${linking.map(({ rows }) => `exists (${rows})`).join(',\n             ')}) as met`,
    places === undefined ? [] : [places],
  );
}

/** Rows that go along by ON UPDATE CASCADE in more than one way, whose groups may be settled in any order. */
function linkCrossings({ crossings }: Ties): readonly Linking[] {
  return crossings.flatMap((crossing, place): readonly Linking[] => {
    const { image, ways, guards } = crossing;
    if (ways.length < 2) return [];
    const between = `between${place}`;
    const changed = { child: image, columns: crossingColumns(crossing) };
    const alone = guards.flatMap((guard) =>
      guard.kind === 'exclusion'
        ? []
        : [{ table: image.table, constraint: guard.name, rows: findBroken(changed, guard, between) }],
    );
    const apart = apartIn(crossing).map((guard) => ({
      table: image.table,
      constraint: guard.name,
      rows: findMet(crossing, place, guard, { coming: between, others: between, steps: 'any' }),
    }));
    return [...alone, ...apart];
  });
}

/** Rows that are in each other's way where not all have moved. */
function linkWaiting(movement: Movement, place: number, before: string): readonly Linking[] {
  const moving = `(select * from kin${place} where moves)`;
  return apartBy(movement).map((guard) => ({
    table: movement.child.table,
    constraint: guard.name,
    rows: findWaits(movement, guard, moving, before),
  }));
}

function linkChildren(movement: Movement, place: number): readonly Linking[] {
  const { child, uniques, removes } = movement;
  const table = child.table;
  const shared = `select s.tab, s.tid from shared${place} s`;
  const judged = loneGuards(movement).filter(({ kind }) => kind !== 'width');
  const alone = judged.map((guard): Linking => {
    if (!hasMidway(movement)) return { table, constraint: guard.name, rows: shared };
    const gone =
      removes && isRemovable(guard)
        ? ` where not exists (select from broken${place} g where g.tab = m.tab and g.tid = m.tid)`
        : '';
    const rows = `select m.tab, m.tid from (${findBroken(movement, guard, `midway${place}`)}) m${gone}`;
    return { table, constraint: guard.name, rows };
  });
  if (uniques.length === 0) return alone;
  const copies = uniques
    .map((unique) => `select tab, tid from (${rankStaying(movement, unique, place)}) ranked`)
    .join(' union ');
  const among = (rows: string): string => `join (${rows}) k on k.tab = s.tab and k.tid = s.tid`;
  // Which of some copies stays depends on the order of the batches.
  const chosen = judged.map((guard) => ({
    table,
    constraint: guard.name,
    rows: `${shared} ${among(copies)} where exists (select from (${findBroken(movement, guard, `kin${place}`)}) s ${among(copies)})`,
  }));
  const excluded = exclusionGuards(movement).map(({ name }) => ({
    table,
    constraint: name,
    rows: `${shared} ${among(copies)}`,
  }));
  const removed = removes
    ? [{ table, constraint: undefined, rows: `${shared} ${among(`select tab, tid from broken${place}`)}` }]
    : [];
  return [...alone, ...chosen, ...excluded, ...removed];
}
