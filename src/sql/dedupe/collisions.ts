import type { ChildKey, ResolvedReference } from '../../model/plan.ts';
import { statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { covered, rowsOf, sameRow, survivorName } from '../relation.ts';
import { futureColumn } from './children.ts';
import { identityNames, survivorNames } from './places.ts';
import type { BatchStatement } from './statements.ts';

/**
 * Ranks the children that would have one key after re-pointing, by what they will be: a survivor's own child first, then
 * the child's primary key. Two losers' children collide with each other as well as with the survivor's.
 */
export function rankColliding(
  reference: ResolvedReference,
  unique: ChildKey,
  kin: string,
  ranked: string,
): readonly BatchStatement[] {
  const { child } = reference;
  const columns = child.columns.map(({ name }) => {
    const place = reference.columns.findIndex((column) => column.name === name);
    const own = `c.${quoteName(name)}`;
    return place < 0 ? own : `k.${futureColumn(place)} as ${quoteName(name)}`;
  });
  const keys = unique.columns.join(', ');
  // The key they have now: the one they will have is not theirs yet.
  const placeIdentity = child.identity.map((_, place) => `, msgdb_id${place + 1} as id${place + 1}`).join('');
  const survivors = child.identity
    .map((_, place) => `, first_value(msgdb_id${place + 1}) over siblings as ${survivorName(place)}`)
    .join('');
  const present = child.identity.map((column, place) => `c.${quoteName(column)} as msgdb_id${place + 1}, `).join('');
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
                from (select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves,
                             ${present}${columns.join(', ')}
                        from ${kin} k
                        join ${rowsOf(child)} c on ${sameRow('c', 'k')}) future
               where ${covered(unique, unique.columns)}
              window siblings as (partition by ${keys} order by ${order})) colliding
       where copies > 1`),
    work(`analyze ${ranked}`),
    ...(reference.onCollision === 'refuse'
      ? [
          {
            role: 'assert-none' as const,
            statement: statement(`select count(*) as rows from ${ranked}`),
            message: `Rows of ${reference.label} would become copies of each other under ${unique.index}.`,
            fix: `Choose onCollision: 'keep-survivor' or 'merge' for ${reference.label}, or mend the rows by hand.`,
          },
        ]
      : []),
  ];
}

function work(text: string): BatchStatement {
  return { role: 'work', statement: statement(text) };
}
