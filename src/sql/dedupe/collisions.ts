import type { Movement } from '../../model/movement.ts';
import { statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { covered, rowsOf, sameRow, survivorName } from '../relation.ts';
import { futureRows, futureValue } from './future-rows.ts';
import { identityNames, survivorNames } from './places.ts';
import { type BatchStatement, work } from './statements.ts';
import { movesUnder } from './survey-kin.ts';

/**
 * Ranks the children that would have one key after re-pointing, by what they will be: one that has the key already first,
 * then by primary key. Two losers' children collide with each other as well as with the survivor's.
 */
export function rankColliding(
  movement: Movement,
  unique: Movement['uniques'][number],
  kin: string,
  ranked: string,
): readonly BatchStatement[] {
  const { child, columns, circular } = movement;
  const keys = unique.columns.join(', ');
  // The key they have now: the one they will have is not theirs yet.
  const placeIdentity = child.identity.map((_, place) => `, msgdb_id${place + 1} as id${place + 1}`).join('');
  const survivors = child.identity
    .map((_, place) => `, first_value(msgdb_id${place + 1}) over siblings as ${survivorName(place)}`)
    .join('');
  const present = child.identity.map((column, place) => [`msgdb_id${place + 1}`, `c.${quoteName(column)}`]);
  const future = futureRows(child, {
    head: {
      msgdb_tab: 'c.tableoid',
      msgdb_tid: 'c.ctid',
      msgdb_moves: movesUnder(columns, unique),
      ...Object.fromEntries(present),
    },
    value: futureValue(columns),
    from: `${kin} k join ${rowsOf(child)} c on ${sameRow('c', 'k')}`,
  });
  const order = ['msgdb_moves', ...child.identity.map(quoteName), 'msgdb_tab', 'msgdb_tid'].join(', ');
  return [
    work(`drop table if exists ${ranked}`),
    work(`
      create unlogged table ${ranked} as
      select dense_rank() over (order by first_tab, first_tid) as grp, rank, tab, tid${identityNames(child)}${survivorNames(child)}
        from (select msgdb_tab as tab, msgdb_tid as tid${placeIdentity}${survivors},
                     row_number() over siblings as rank,
                     first_value(msgdb_tab) over siblings as first_tab,
                     first_value(msgdb_tid) over siblings as first_tid,
                     count(*) over (partition by ${keys}) as copies
                from (${future}) future
               where ${covered(unique, unique.columns)}
              window siblings as (partition by ${keys} order by ${order})) colliding
       where copies > 1`),
    work(`analyze ${ranked}`),
    ...(unique.onCollision === 'refuse' || circular ? [assertNone(movement, unique, ranked)] : []),
  ];
}

function assertNone(
  { label, circular }: Movement,
  { index }: Movement['uniques'][number],
  ranked: string,
): BatchStatement {
  return {
    role: 'assert-none',
    statement: statement(`select count(*) as rows from ${ranked}`),
    message: `Rows of ${label} would become copies of each other under ${index}.`,
    fix: circular
      ? 'Mend these rows by hand, then run the same command again.'
      : `Choose onCollision: 'keep-survivor' or 'merge' for ${label}, or mend the rows by hand.`,
  };
}
