import type { ResolvedRelink } from '../model/plan.ts';
import { type Statement, statement } from '../model/statement.ts';
import { tableLabel } from '../model/table-label.ts';
import { imageOf, intoArchive, tally } from './dedupe/archive-rows.ts';
import { assertChanged } from './dedupe/assert-changed.ts';
import { changeRows } from './dedupe/change-rows.ts';
import { isRefused } from './dedupe/future-rows.ts';
import { createMoved, dropMoved, LiveTables } from './dedupe/live-tables.ts';
import { type BatchStatement, work } from './dedupe/statements.ts';
import { type Origin, openEntry } from './history-schema.ts';
import { quoteName } from './quote.ts';
import { archiveTable, rowsOf, sameRow, workTable } from './relation.ts';
import { valueSql } from './terms.ts';

const LOST = workTable('lost');

/**
 * Counts rows whose reference is NULL or dangling, and what can be done for them; and of those that would be filled, which
 * the archive could not hold.
 */
export function surveyLost(relink: ResolvedRelink): Statement {
  const { child, create, holder } = relink;
  const name = child.identity.map((column) => `c.${quoteName(column)}::text`);
  const filled = `whole and matches ${create ? '<=' : '='} 1`;
  const keys = relink.match.map(({ child }) => `c.${quoteName(child)}`).join(', ');
  return statement(`
      with lost as (
        select ${keyColumns(relink)}, pg_catalog.num_nulls(${keys}) = 0 as whole, ${matches(relink)} as matches,
               ${name.length === 0 ? 'c.ctid::text' : `pg_catalog.concat_ws(', ', ${name.join(', ')})`} as name,
               ${holder ? isRefused(holder) : 'false'} as wide
          from ${rowsOf(relink.child)} c
         where ${isLost(relink)})
      select count(*) as lost,
             count(*) filter (where whole and matches = 1) as matched,
             count(*) filter (where whole and matches > 1) as ambiguous,
             count(*) filter (where whole and matches = 0) as waiting,
             (select count(*) from (select distinct ${keyNames(relink)} from lost where whole and matches = 0) each)
               as missing,
             count(*) filter (where ${filled} and wide) as wide,
             coalesce(to_jsonb((array_agg(name order by name) filter (where ${filled} and wide))[1:3]), '[]') as wide_rows
        from lost`);
}

/**
 * Creates the referenced rows that are missing, if the operation says how, then fills the reference of every row that
 * matches exactly one row. Lost rows are locked first; ON CONFLICT DO NOTHING lets a row that the application creates
 * meanwhile win.
 */
export function relinkRows(relink: ResolvedRelink, origin: Origin): readonly BatchStatement[] {
  const { child, parent, column, referenced } = relink;
  const live = new LiveTables(0);
  live.add(child, LOST);
  const on = relink.match.map((pair) => `p.${quoteName(pair.parent)} = c.${quoteName(pair.child)}`).join(' and ');
  return [
    ...(relink.create ? createMissing(relink, origin) : []),
    ...createMoved(0),
    work(`drop table if exists ${LOST}`),
    work(`
      create unlogged table ${LOST} as
      select row_number() over () as pair, tab, tid, found
        from (select c.tableoid as tab, c.ctid as tid, p.${quoteName(referenced)} as found
                from ${rowsOf(child)} c
                join ${rowsOf(parent)} p on ${on}
               where ${isLost(relink)} and ${matches(relink)} = 1
                 for update of c) matched`),
    ...changeRows({
      image: child,
      origin,
      live,
      from: `${LOST} r`,
      where: 'true',
      pair: 'r.pair',
      assignments: [{ column, value: 'r.found' }],
      as: (moved) => ({ role: 'repointed', label: 'relinked', columns: [column], statement: moved }),
    }),
    assertFilled(relink),
    work(`drop table ${LOST}`),
    dropMoved(0),
  ];
}

function assertFilled({ child, column }: ResolvedRelink): BatchStatement {
  const label = `${tableLabel(child.table)}.${column}`;
  return assertChanged({
    table: child.table,
    from: `${LOST} r
        join ${rowsOf(child)} c on ${sameRow('c', 'r')}`,
    kept: `c.${quoteName(column)} is distinct from r.found`,
    message: `Rows of ${label} do not have the reference that was found for them; the transaction was rolled back.`,
  });
}

function createMissing(relink: ResolvedRelink, origin: Origin): readonly BatchStatement[] {
  const { parent, create = [] } = relink;
  const columns = [...relink.match.map((pair) => pair.parent), ...create.map((each) => each.column)];
  const keys = relink.match.map((pair) => quoteName(pair.child));
  const values = create.map((each) => `${valueSql(each.value, each.type)}::${each.type}`);
  return [
    work(openEntry(origin, 'created', { table: parent.table, archive: archiveTable(parent).name })),
    {
      role: 'created',
      writes: { table: parent.table, command: 'insert' },
      statement: statement(`
      with made as (
        insert into ${rowsOfInsert(relink)} as t (${columns.map(quoteName).join(', ')})
        select ${[...keys, ...values].join(', ')}
          from ${missingRows(relink)}
         group by ${keys.join(', ')}
        on conflict do nothing
        returning t.*),
      ${tally('made')}
      ${intoArchive(parent)}
      select ${imageOf(parent, 'm', 'created')} from made m`),
    },
  ];
}

/** SQL: rows whose reference is lost, and for which a row would be created. */
export function missingRows(relink: ResolvedRelink): string {
  const keys = relink.match.map((pair) => `c.${quoteName(pair.child)}`);
  return `(select c.* from ${rowsOf(relink.child)} c
                 where ${isLost(relink)} and pg_catalog.num_nulls(${keys.join(', ')}) = 0
                   and ${matches(relink)} = 0) lost`;
}

/** INSERT takes no ONLY: it goes into the table named, or to the partition the row belongs to. */
function rowsOfInsert({ parent }: ResolvedRelink): string {
  return rowsOf(parent).replace(/^only /, '');
}

function isLost({ column, parent, referenced }: ResolvedRelink): string {
  const own = `c.${quoteName(column)}`;
  return `(${own} is null or not exists (
            select from ${rowsOf(parent)} x where x.${quoteName(referenced)} = ${own}))`;
}

/** How many rows a lost row matches; more than one is ambiguous. */
function matches({ match, parent }: ResolvedRelink): string {
  const on = match.map((pair) => `m.${quoteName(pair.parent)} = c.${quoteName(pair.child)}`).join(' and ');
  return `(select count(*) from ${rowsOf(parent)} m where ${on})`;
}

function keyColumns({ match }: ResolvedRelink): string {
  return match.map((pair, place) => `c.${quoteName(pair.child)} as k${place + 1}`).join(', ');
}

function keyNames({ match }: ResolvedRelink): string {
  return match.map((_, place) => `k${place + 1}`).join(', ');
}
