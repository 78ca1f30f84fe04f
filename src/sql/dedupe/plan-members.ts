import type { PlannedDedupe, TableImage } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { isFirst, rankedMembers } from './ranked-members.ts';
import { groupStays, joinRow } from './survey-differing.ts';

const CURSOR = 'msgdb_members';

/** What a plan file keeps of a table's rows, and how. */
export interface PlannedTable {
  readonly dedupe: PlannedDedupe;
  /** Columns whose types have no binary form: they are hashed as text. */
  readonly textual: readonly string[];
  /** Hash of the plan file, where its losers are marked and the table has an archive: which of them are marked stands there. */
  readonly marked?: string;
}

/**
 * Opens a cursor on the members of all groups that a run would take, as lines of JSON: group, rank (1 survives), what
 * identifies the row, and a hash of its contents. A plan of millions of rows is never in memory as a whole.
 */
export function openMembers(table: PlannedTable): Statement {
  const { dedupe } = table;
  const key = identityJson(dedupe.image, 't');
  const rows = rowsOf(dedupe.image);
  return statement(`
      declare ${CURSOR} no scroll cursor for
      with ${rankedMembers(dedupe, 'every row')},
      left_alone as materialized (
        select distinct l.grp
          from ranked l
          ${joinRow(dedupe, 't', sameRow('t', 'l'))}
          ${joinRow(dedupe, 's', isFirst('s', 'l'))}
         where l.rank > 1 and (${groupStays(dedupe)}))
      select pg_catalog.format('{"group":%s,"rank":%s,"key":%s,"row":"%s"}', r.grp, r.rank, ${key}, ${rowHash(table, 't')}) as line
        from ranked r
        join ${rows} t on ${sameRow('t', 'r')}
       where r.grp not in (select grp from left_alone)
       order by r.grp, r.rank`);
}

export function fetchMembers(rows: number): Statement {
  return statement(`fetch forward ${rows} from ${CURSOR}`);
}

export function closeMembers(): Statement {
  return statement(`close ${CURSOR}`);
}

/**
 * SQL: 128 bits of the row's binary image. Of a session's settings it obeys client_encoding alone, and that is UTF8 in
 * every session: the driver asks for it when it connects, which comes before what a role or database has set.
 */
export function rowHash({ dedupe, textual }: PlannedTable, alias: string): string {
  const columns = dedupe.image.columns.map(({ name }) => {
    const value = `${alias}.${quoteName(name)}`;
    return textual.includes(name) ? `${value}::text` : value;
  });
  const image = `pg_catalog.record_send(row(${columns.join(', ')}))`;
  return `pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(${image}), 'hex'), 32)`;
}

/** SQL: the primary key, or the place and the transaction that wrote the row there. */
function identityJson({ identity }: TableImage, alias: string): string {
  const pairs =
    identity.length > 0
      ? identity.map((column) => `'${column.replaceAll("'", "''")}', ${alias}.${quoteName(column)}`)
      : [`'tableoid', ${alias}.tableoid::bigint, 'ctid', ${alias}.ctid::text, 'xmin', ${alias}.xmin::text`];
  return `pg_catalog.jsonb_build_object(${pairs.join(', ')})`;
}
