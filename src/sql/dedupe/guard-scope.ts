import type { TableImage } from '../../model/dedupe.ts';
import type { GuardScope } from '../../model/guard-scope.ts';
import { quoteName } from '../quote.ts';
import { rowsOf } from '../relation.ts';

/** SQL: the guard is asked of the row whose columns are in scope as they will be, with its place now (msgdb_tab, msgdb_tid). */
export function isAsked(scope: GuardScope, image: TableImage): string {
  const { inside, from, outside, moved, leaves = [], when } = scope;
  const stays = `(case msgdb_tab ${leaves.map(({ oid, bound }) => `when ${oid} then ${bound ?? 'true'}`).join(' ')} else true end)`;
  const all = [
    ...(from === undefined ? [] : [isIn('msgdb_tab', from)]),
    ...(inside === undefined ? [] : [`(${inside})`]),
    ...(outside === undefined ? [] : [`not (${outside})`]),
    ...(moved === undefined ? [] : [moved === 'stays' ? stays : `not ${stays}`]),
    ...(when === undefined ? [] : [isMet(when, image)]),
  ];
  return all.length === 0 ? 'true' : all.join(' and ');
}

/** SQL: a row is in a partition, or in one below it. */
export function isIn(tableoid: string, partition: number): string {
  return `${tableoid} in (select below.relid from pg_catalog.pg_partition_tree(${partition}::oid::regclass) below)`;
}

/** SQL: a trigger's WHEN is true. Both rows have their columns in the same types: `old.* is distinct from new.*`. */
function isMet(when: string, image: TableImage): string {
  const list = (alias: string): string =>
    image.columns
      .map(({ name, storageType }) => `${alias}.${quoteName(name)}::${storageType} as ${quoteName(name)}`)
      .join(', ');
  return `exists (
         select from (select ${list('msgdb_old')}
                        from ${rowsOf(image)} msgdb_old
                       where msgdb_old.tableoid = msgdb_tab and msgdb_old.ctid = msgdb_tid) old
          cross join (select ${list(quoteName(image.table.name))}) new
          where (${when}))`;
}
