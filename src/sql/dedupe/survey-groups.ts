import type { Dedupe } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import type { Ties } from '../../model/ties.ts';
import { ownTables } from './own-changes.ts';
import { rankedMembers } from './ranked-members.ts';
import { countAmbiguous } from './survey-ambiguous.ts';
import { countChildren } from './survey-children.ts';
import { countDiffering } from './survey-differing.ts';
import { countTaken } from './survey-taken.ts';
import { countTies } from './survey-ties.ts';

/** What can be counted of groups before they are touched. */
export type Counted = 'differing' | 'children' | 'ambiguous' | 'taken' | 'ties';

/**
 * Ranks the groups as a run would, once, and counts what is asked for: a column of JSON each, NULL where it is not. `places`:
 * of their rows, where these are known.
 */
export function countGroups(
  dedupe: Dedupe,
  ties: Ties,
  asked: ReadonlySet<Counted>,
  places: string | undefined,
): Statement {
  const among = places === undefined ? 'every row' : 'places';
  const children = asked.has('children') ? countChildren(dedupe) : undefined;
  const tied = asked.has('ties') ? countTies(ties) : undefined;
  const selects: Readonly<Record<Counted, string | undefined>> = {
    differing: asked.has('differing') ? countDiffering(dedupe, among) : undefined,
    children: children?.select,
    ambiguous: asked.has('ambiguous') ? countAmbiguous(dedupe) : undefined,
    taken: asked.has('taken') ? countTaken(dedupe) : undefined,
    ties: tied?.select,
  };
  const columns = Object.entries(selects).map(([name, select]) =>
    select === undefined ? `null as ${name}` : `(select to_jsonb(counts) from (${select}) counts) as ${name}`,
  );
  return statement(
    `
      with ${[rankedMembers(dedupe, among), ...(children?.tables ?? []), ...(tied ? [...ownTables(dedupe), ...tied.tables] : [])].join(',\n      ')}
      select ${columns.join(',\n             ')}`,
    places === undefined ? [] : [places],
  );
}
