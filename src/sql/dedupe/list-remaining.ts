import type { Dedupe } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { rankedMembers } from './ranked-members.ts';
import { groupStays, joinPairs } from './survey-differing.ts';

/**
 * The rows that will still have values alike in `columns` when the losers are gone, as many as `limit`, with the count of
 * all: a unique index on these columns could not be built of them. The whole table is asked, as the build asks it.
 */
export function listRemaining(dedupe: Dedupe, columns: readonly string[], limit: number): Statement {
  const { image } = dedupe;
  const names = columns.map((column) => `t.${quoteName(column)}`);
  return statement(`
      with ${rankedMembers(dedupe, 'every row')}
      select count(*) over () as rows, name
        from (select to_jsonb(array[${[...names, 't.ctid'].map((name) => `${name}::text`).join(', ')}]) as name,
                     count(*) over (partition by ${names.join(', ')}) as copies
                from ${rowsOf(image)} t
               where ${names.map((name) => `${name} is distinct from null`).join(' and ')}
                 and not exists (select from (${losers(dedupe)}) r where ${sameRow('t', 'r')})) remaining
       where copies > 1
       order by name limit ${limit}`);
}

/** A group that is left alone keeps all of its rows. */
function losers(dedupe: Dedupe): string {
  const alone = groupStays(dedupe);
  if (alone === 'false') return 'select tab, tid from ranked where rank > 1';
  return `select tab, tid from ranked where rank > 1 and grp not in (
                     select r.grp from ranked r ${joinPairs(dedupe)} where r.rank > 1 and (${alone}))`;
}
