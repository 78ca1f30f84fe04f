import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import { quoteName } from '../quote.ts';
import { refersTo } from '../refers-to.ts';
import { otherBytes, rowsOf, sameRow } from '../relation.ts';
import { isFirst } from './ranked-members.ts';

/**
 * SQL: for each foreign key, how many losers have the values of their survivor, by a damaged unique index, and how many
 * children it would change when one goes. NO ACTION alone asks whether a row with the value remains
 * (RI_FKey_noaction_del).
 */
export function countTaken(dedupe: Dedupe): string {
  const counts = dedupe.references.map((each) => countNaming(dedupe, each));
  return `
      select to_jsonb(array[${counts.map(({ alike }) => alike).join(', ')}]::bigint[]) as alike,
             to_jsonb(array[${counts.map(({ children }) => children).join(', ')}]::bigint[]) as children`;
}

/** Does the foreign key look at children alone when a loser goes, and not at what remains? */
export function actsOnChildren(parents: Pick<Dedupe, 'losers'>, reference: ResolvedReference): boolean {
  const { onDelete } = reference;
  return keepsReferred(parents, reference) && onDelete !== undefined && onDelete !== 'no action';
}

/** Does the database keep what children name, and do rows go that they could name? */
export function keepsReferred({ losers }: Pick<Dedupe, 'losers'>, { kind }: ResolvedReference): boolean {
  return kind === 'foreign-key' && typeof losers === 'string';
}

interface Counts {
  readonly alike: string;
  readonly children: string;
}

/** Children are read only where there is such a loser: a sound index has none. */
function countNaming(dedupe: Dedupe, reference: ResolvedReference): Counts {
  const { image } = dedupe;
  if (!keepsReferred(dedupe, reference)) return { alike: '0', children: '0' };
  const valuesOf = (alias: string): readonly string[] =>
    reference.referenced.map((column) => `${alias}.${quoteName(column)}`);
  const pairs = `
          from ranked r
          join ${rowsOf(image)} l on ${sameRow('l', 'r')}
          join ${rowsOf(image)} s on ${isFirst('s', 'r')}`;
  const which = `r.rank > 1 and not ${otherBytes(valuesOf('l'), valuesOf('s'))}`;
  const children = `case when exists (select ${pairs} where ${which})
               then (select count(distinct (c.tableoid, c.ctid)) ${pairs} join ${rowsOf(reference.child)} c on ${refersTo(reference, 'c', 'l')} where ${which})
               else 0 end`;
  return {
    alike: `(select count(*) ${pairs} where ${which})`,
    children: actsOnChildren(dedupe, reference) ? children : '0',
  };
}
