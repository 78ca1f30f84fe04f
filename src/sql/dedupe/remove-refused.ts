import type { Movement } from '../../model/movement.ts';
import { statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf, sameRow, survivorName, workTable } from '../relation.ts';
import { allBut, findExcluded } from './exclusions.ts';
import { identityColumns } from './places.ts';
import type { BatchStatement } from './statements.ts';
import { exclusionGuards, findBroken, isRemovable, loneGuards } from './survey-movements.ts';

/** Children that are to go because a constraint would refuse them once they are re-pointed. */
export interface Refused {
  /** Work table that has them as losers without a survivor. */
  readonly ranked: string;
  readonly statements: readonly BatchStatement[];
}

/** Those that a CHECK, a domain or NOT NULL would refuse; where such rows are to be removed. */
export function rankBroken(movement: Movement, kin: string, path: string): readonly Refused[] {
  if (!movement.removes) return [];
  const found = loneGuards(movement)
    .filter(isRemovable)
    .map((guard) => findBroken(movement, guard, kin));
  return found.length === 0 ? [] : [rank(movement, `broken_${path}`, found)];
}

/** Those that an EXCLUDE constraint would refuse beside others, when copies are gone. */
export function rankExcluded(movement: Movement, kin: string, path: string): readonly Refused[] {
  if (!movement.removes) return [];
  const moving = `(select * from ${kin} where moves)`;
  const found = exclusionGuards(movement).map((guard) => findExcluded(movement, guard, moving, allBut(moving)));
  return found.length === 0 ? [] : [rank(movement, `excluded_${path}`, found)];
}

function rank({ child }: Movement, name: string, found: readonly string[]): Refused {
  const ranked = workTable(name);
  const noSurvivor = child.identity.map(
    (column, place) => `, case when false then c.${quoteName(column)} end as ${survivorName(place)}`,
  );
  const text = `
      create unlogged table ${ranked} as
      select row_number() over () as grp, 2::bigint as rank, c.tableoid as tab, c.ctid as tid${identityColumns(child, 'c')}${noSurvivor.join('')}
        from (${found.join('\n        union ')}) refused
        join ${rowsOf(child)} c on ${sameRow('c', 'refused')}`;
  return {
    ranked,
    statements: [
      { role: 'work', statement: statement(`drop table if exists ${ranked}`) },
      { role: 'work', statement: statement(text) },
      { role: 'work', statement: statement(`analyze ${ranked}`) },
    ],
  };
}
