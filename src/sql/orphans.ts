import type { ResolvedReference, TableImage } from '../model/dedupe.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteLiteral, quoteName } from './quote.ts';
import { refersTo } from './refers-to.ts';
import { rowsOf } from './relation.ts';

/** Counts rows whose reference is not NULL and names no row. */
export function countOrphans(reference: ResolvedReference, parent: TableImage): Statement {
  if (reference.kind === 'array') return countOrphanElements(reference, parent);
  const present = reference.columns.map((column) => `c.${quoteName(column.name)}`).join(', ');
  const type = reference.type
    ? ` and c.${quoteName(reference.type.column)} = ${quoteLiteral(reference.type.value)}`
    : '';
  return statement(`
      select count(*) as rows
        from ${rowsOf(reference.child)} c
       where pg_catalog.num_nulls(${present}) = 0${type}
         and not exists (select from ${rowsOf(parent)} p where ${refersTo(reference, 'c', 'p')})`);
}

function countOrphanElements(reference: ResolvedReference, parent: TableImage): Statement {
  const [column] = reference.columns;
  return statement(`
      select count(*) as rows
        from ${rowsOf(reference.child)} c
       where exists (
               select from unnest(c.${quoteName(column?.name ?? '')}) as u(value)
                where u.value is not null and not exists (
                        select from ${rowsOf(parent)} p
                         where p.${quoteName(reference.referenced[0] ?? '')}${cast(column?.cast)} = u.value))`);
}

function cast(type: string | undefined): string {
  return type === undefined ? '' : `::${type}`;
}
