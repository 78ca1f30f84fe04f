import type { Dedupe } from '../../model/dedupe.ts';
import { movementsOf } from '../../model/movement.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { guardMovement } from './guard-movement.ts';
import { guardOwn } from './guard-own.ts';
import type { Guarded } from './guarded.ts';
import { ownTables } from './own-changes.ts';
import { rankedMembers } from './ranked-members.ts';
import { movementTables } from './survey-movements.ts';

/** Everything that could refuse a row as it will be: of children that are re-pointed, and of the table itself. */
export function guardedRows(dedupe: Dedupe): readonly Guarded[] {
  return [...movementsOf(dedupe.references).flatMap(guardMovement), ...guardOwn(dedupe)];
}

/**
 * Counts the rows that each of them would refuse, with what identifies the first few: a row of JSON each. `more` are common
 * table expressions that they read. `places`: of the rows of all groups, where these are known.
 */
export function countRefused(
  dedupe: Dedupe,
  guarded: readonly Guarded[],
  more: readonly string[],
  places: string | undefined,
): Statement {
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
  const ranked = rankedMembers(dedupe, places === undefined ? 'every row' : 'places');
  return statement(
    `
      with ${[ranked, ...movements, ...ownTables(dedupe), ...more].join(',\n      ')}
      select jsonb_build_array(${counts.join(',\n             ')}) as refused`,
    places === undefined ? [] : [places],
  );
}

/** FOR EACH STATEMENT fires once; no statement is sent where it has no row to change. */
function countForStatement(rows: string): string {
  return `(select jsonb_build_object('rows', count(*), 'sample', '[]'::jsonb) from (${rows}) met)`;
}
