import type { TableImage } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { OWN } from '../own-schema.ts';
import { quoteColumns, quoteLiteral, quoteName, quoteTable } from '../quote.ts';
import { archiveTable, rowsOf, sameRow, workTable } from '../relation.ts';
import { stagedNames } from './places.ts';
import { type PlannedTable, rowHash } from './plan-members.ts';
import { STAGED } from './stage.ts';
import { type BatchStatement, work } from './statements.ts';

/** The members of a plan's groups: (grp, rank, hash, done), and what identifies the row. */
const PLANNED = workTable('planned');
const WANTED = workTable('wanted');

/** Makes the table that takes a plan's members; identifying columns have the table's own types and collations. */
export function createPlanned({ dedupe: { image } }: PlannedTable): readonly Statement[] {
  const columns =
    image.identity.length > 0
      ? image.identity.map((column, place) => `t.${quoteName(column)} as id${place + 1}`)
      : ['t.tableoid as tab', 't.ctid as tid', 'null::text as written'];
  return [
    statement(`drop table if exists ${PLANNED}, ${WANTED}`),
    statement(`
      create unlogged table ${PLANNED} as
      select null::bigint as grp, null::bigint as rank, null::text as hash, false as done, ${columns.join(', ')}
        from ${rowsOf(image)} t with no data`),
  ];
}

/** Takes lines of a plan, as they are in the file: numbers beyond 2^53 never pass through JavaScript. */
export function loadPlanned({ dedupe: { image } }: PlannedTable, lines: readonly string[]): Statement {
  return statement(`insert into ${PLANNED} ${memberRows(image)}`, [`[${lines.join(',')}]`]);
}

/**
 * What has become of the groups of these lines, without writing anything: how many rows are listed, are gone, and have
 * other contents; and how many losers are left to go. The lines of a group may come in parts.
 */
export function lookAtPlanned(table: PlannedTable, lines: readonly string[]): Statement {
  const { image } = table.dedupe;
  const names =
    image.identity.length > 0 ? image.identity.map((_, place) => `id${place + 1}`) : ['tab', 'tid', 'written'];
  return statement(
    `
      select p.grp, count(*) as rows, count(*) - count(t.ctid) as gone,
             count(*) filter (where t.ctid is not null and p.hash <> ${rowHash(table, 't')}) as changed,
             count(*) filter (where ${isOpen(table)}) as open
        from (${memberRows(image)}) p (grp, rank, hash, done, ${names.join(', ')})
        left join ${rowsOf(image)} t on ${sameMember(image, 't')}
       group by p.grp
       order by p.grp`,
    [`[${lines.join(',')}]`],
  );
}

/** SQL: the members that $1 lists: (grp, rank, hash, done), and what identifies the row. */
function memberRows(image: TableImage): string {
  const places = `(m.value -> 'key' ->> 'tableoid')::oid, (m.value -> 'key' ->> 'ctid')::tid, m.value -> 'key' ->> 'xmin'`;
  const types = image.identity.map((name) => {
    const type = image.columns.find((column) => column.name === name)?.storageType ?? 'text';
    return `${quoteName(name)} ${type}`;
  });
  const keyed = image.identity.length > 0;
  return `
      select (m.value ->> 'group')::bigint, (m.value ->> 'rank')::bigint, m.value ->> 'row', false,
             ${keyed ? quoteColumns(image.identity, 'key') : places}
        from jsonb_array_elements($1::text::jsonb) as m(value)
        ${keyed ? `cross join lateral jsonb_to_record(m.value -> 'key') as key(${types.join(', ')})` : ''}`;
}

export function indexPlanned({ dedupe: { image } }: PlannedTable): readonly Statement[] {
  const columns = image.identity.length > 0 ? image.identity.map((_, place) => `id${place + 1}`) : ['tab', 'tid'];
  return [
    statement(`create index on ${PLANNED} (${columns.join(', ')})`),
    statement(`create index on ${PLANNED} (grp)`),
    statement(`analyze ${PLANNED}`),
  ];
}

/** Of the groups that were staged, those in which the plan has a row stay: what they are now is judged in the batch. */
export function keepPlanned({ dedupe: { image } }: PlannedTable): readonly Statement[] {
  return [
    statement(`
      create unlogged table ${WANTED} as
      select dense_rank() over (order by s.grp) as grp, s.size, s.tab, s.tid${stagedNames(image)}
        from ${STAGED} s
       where s.grp in (select m.grp
                         from ${STAGED} m
                         join ${rowsOf(image)} t on ${sameRow('t', 'm')}
                         join ${PLANNED} p on ${sameMember(image, 't')})`),
    statement(`truncate ${STAGED}`),
    statement(`insert into ${STAGED} (grp, size, tab, tid${stagedNames(image)})
      select grp, size, tab, tid${stagedNames(image)} from ${WANTED}`),
    statement(`drop table ${WANTED}`),
    statement(`analyze ${STAGED}`),
    statement(`select coalesce(max(grp), 0) as groups from ${STAGED}`),
  ];
}

/**
 * After ranking: a group continues only if it is one of the plan's, with the same members, each with the same contents and
 * the same rank. Rows are locked by now, so what is compared is what is removed. Groups that pass are noted.
 */
export function checkPlanned(table: PlannedTable, ranked: string): readonly BatchStatement[] {
  const { image } = table.dedupe;
  return [
    work(`analyze ${ranked}`),
    work(`
      delete from ${ranked} r using (
        select l.grp
          from ${ranked} l
          join ${rowsOf(image)} t on ${sameRow('t', 'l')}
          left join ${PLANNED} p on ${sameMember(image, 't')}
         group by l.grp
        having (count(p.grp) = count(*) and min(p.grp) = max(p.grp)
                and bool_and(p.rank = l.rank and p.hash = ${rowHash(table, 't')})
                and count(*) = (select count(*) from ${PLANNED} q where q.grp = min(p.grp))) is not true) other
       where r.grp = other.grp`),
    work(`
      update ${PLANNED} w set done = true
       where w.grp in (select p.grp
                         from ${ranked} l
                         join ${rowsOf(image)} t on ${sameRow('t', 'l')}
                         join ${PLANNED} p on ${sameMember(image, 't')}
                        where l.rank = 1)`),
    {
      role: 'losers',
      statement: statement(`select count(*) filter (where rank > 1) as rows from ${ranked}`),
    },
  ];
}

/** Groups of the plan that were not taken, by what has become of them, with the numbers of the first ones. */
export function readLeftOut(table: PlannedTable, first: number): Statement {
  const { image } = table.dedupe;
  return statement(
    `
      select reason, count(*) as groups, sum(losers) as rows,
             to_jsonb((array_agg(grp order by grp))[1:$1::text::integer]) as first
        from (select p.grp, count(*) filter (where p.rank > 1) as losers,
                     case when not bool_or(${isOpen(table)}) then 'done'
                          when count(t.ctid) < count(*) then ${quoteLiteral(reasonOfMissing(image))}
                          when bool_and(p.hash = ${rowHash(table, 't')}) then 'regrouped'
                          else 'changed' end as reason
                from ${PLANNED} p
                left join ${rowsOf(image)} t on ${sameMember(image, 't')}
               where not p.done
               group by p.grp) left_out
       group by reason order by reason`,
    [first],
  );
}

/** Drops what keeps the plan: the next rule has a table of other columns. */
export function dropPlanned(): Statement {
  return statement(`drop table if exists ${PLANNED}`);
}

/** What became of rows that are not found: without a primary key, an updated row has another place and another xmin. */
export function reasonOfMissing({ identity }: TableImage): 'gone' | 'gone or changed' {
  return identity.length > 0 ? 'gone' : 'gone or changed';
}

/** SQL: the member p is a loser that is still to go: it is there, and no earlier run of the plan has marked it. */
function isOpen(table: PlannedTable): string {
  const there = 'p.rank > 1 and t.ctid is not null';
  return table.marked && table.dedupe.image.identity.length > 0
    ? `${there} and not ${isMarked(table, table.marked)}`
    : there;
}

/** SQL: the archive has the member p as it was before a run of the plan marked it. */
function isMarked({ dedupe: { image } }: PlannedTable, plan: string): string {
  const archive = archiveTable(image);
  const members = image.identity.map((_, place) => `p.id${place + 1}`);
  return `(${members.join(', ')}) in (
               select ${quoteColumns(image.identity, 'a')} from ${quoteTable(archive)} a
                where a.msgdb_image = 'before' and a.msgdb_restored_at is null
                  and a.msgdb_ledger in (select l.id from ${OWN}.ledger l
                                          where l.kind = 'updated' and l.object ->> 'plan' = ${quoteLiteral(plan)}
                                            and l.object ->> 'archive' = ${quoteLiteral(archive.name)}))`;
}

/** SQL: `p` is the row `row`. */
function sameMember({ identity }: TableImage, row: string): string {
  if (identity.length === 0) return `${sameRow(row, 'p')} and ${row}.xmin::text = p.written`;
  return identity.map((column, place) => `p.id${place + 1} = ${row}.${quoteName(column)}`).join(' and ');
}
