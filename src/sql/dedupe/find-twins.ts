import type { ChildKey, TableImage } from '../../model/dedupe.ts';
import { covered, rowsOf } from '../relation.ts';
import { hashOfRow } from './keyed.ts';

/**
 * SQL: rows of `changing` (tab, tid) that have the values of another row in a unique index that is not about what changes:
 * it is damaged, and refuses a row that is entered into it again (23505). `gone` are removed by then. OFFSET 0 keeps the
 * planner from believing the index: it would look for one match of each value and stop.
 */
export function findTwins(image: TableImage, unique: ChildKey, changing: string, gone: string): string {
  const { columns, nulls } = unique;
  const values = [
    ...columns.map((column, part) => `${column} as msgdb_k${part + 1}`),
    // `is not distinct from` cannot be hashed.
    ...(nulls === 'distinct' ? [] : [`${hashOfRow(columns)} as msgdb_hash`]),
  ];
  const rows = `
        select tableoid as msgdb_tab, ctid as msgdb_tid, ${values.join(', ')}
          from ${rowsOf(image)}
         where ${covered(unique, columns)}`;
  const same = columns.map(
    (_, part) => `o.msgdb_k${part + 1} ${nulls === 'distinct' ? '=' : 'is not distinct from'} f.msgdb_k${part + 1}`,
  );
  const meets = [...(nulls === 'distinct' ? [] : ['o.msgdb_hash = f.msgdb_hash']), ...same];
  return `
        select distinct f.msgdb_tab as tab, f.msgdb_tid as tid
          from (${rows} offset 0) f
          join ${changing} k on k.tab = f.msgdb_tab and k.tid = f.msgdb_tid
          join (${rows} offset 0) o on ${meets.join(' and ')} and (o.msgdb_tab, o.msgdb_tid) <> (f.msgdb_tab, f.msgdb_tid)
         where not exists (select from (${gone}) g where g.tab = o.msgdb_tab and g.tid = o.msgdb_tid)`;
}
