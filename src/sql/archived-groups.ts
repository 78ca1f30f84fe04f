import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { SIZE_BUCKET } from './explain/explain-copies.ts';
import { OWN } from './own-schema.ts';
import { quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { survivorName } from './relation.ts';

/** Rows that a run removed from a table with a primary key, by the row that was kept. */
export interface ArchivedGroups {
  readonly archive: string;
  /** The ledger's entry. */
  readonly entry: number;
  /** Columns of the primary key. */
  readonly identity: readonly string[];
}

/** Groups by their number of copies: `size`, a bucket of `sizesOf`, and `groups`. */
export function sizesOfArchived(archived: ArchivedGroups): Statement {
  return statement(
    `select ${SIZE_BUCKET} as size, count(*) as groups
       from (select count(*) + 1 as copies from ${losersOf(archived)} group by ${survivorOf(archived)}) g group by 1`,
    [archived.entry],
  );
}

/**
 * The first of these groups: `survivor`, how many `losers` it had, the first of them as `rows`, and the survivor as it is now
 * as `kept`, where `from` says what of its columns may be read.
 */
export function archivedGroups(
  archived: ArchivedGroups,
  columns: readonly string[],
  {
    limit,
    from,
  }: { readonly limit: number; readonly from?: { readonly table: TableName; readonly columns: readonly string[] } },
): Statement {
  const { identity } = archived;
  const same = (row: (name: string, place: number) => string): string =>
    identity.map((name, place) => `${row(name, place)} = g.${quoteName(survivorName(place))}`).join(' and ');
  return statement(
    `
      with groups as (
        select ${survivorOf(archived)}, count(*) as losers, min(ctid) as first
          from ${losersOf(archived)} group by ${survivorOf(archived)} order by min(ctid) limit $2::text::integer)
      select g.losers,
             ${rowAs(
               'g',
               identity,
               identity.map((_, place) => survivorName(place)),
             )} as survivor,
             (select jsonb_agg(r.row) from (
                select ${rowAs('a', columns)} as row from ${losersOf(archived, 'a')}
                   and ${same((_, place) => `a.${quoteName(survivorName(place))}`)}
                 order by a.ctid limit 4) r) as rows,
             ${from ? `(select ${rowAs('t', from.columns)} from ${quoteTable(from.table)} t where ${same((name) => `t.${quoteName(name)}`)})` : 'null'} as kept
        from groups g order by g.first`,
    [archived.entry, limit],
  );
}

function losersOf({ archive, identity }: ArchivedGroups, alias = 'a'): string {
  const name = `${quoteName(OWN)}.${quoteName(archive)}`;
  const known = identity.map((_, place) => `${alias}.${quoteName(survivorName(place))} is not null`);
  return `${name} ${alias}
         where ${[`${alias}.msgdb_ledger = $1::text::bigint`, `${alias}.msgdb_image = 'removed'`, ...known].join(' and ')}`;
}

function survivorOf({ identity }: ArchivedGroups): string {
  return identity.map((_, place) => quoteName(survivorName(place))).join(', ');
}

/** A row as JSON, each value as text. An array has as many parts as it takes; arguments of a function end at 100. */
function rowAs(alias: string, names: readonly string[], columns = names): string {
  const values = columns.map((column) => `${alias}.${quoteName(column)}::text`);
  return `jsonb_object(array[${names.map(quoteLiteral).join(', ')}]::text[], array[${values.join(', ')}]::text[])`;
}
