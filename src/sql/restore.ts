import type { ImageColumn, TableImage } from '../model/dedupe.ts';
import type { ForeignKeyFacts } from '../model/facts.ts';
import type { RowEntry } from '../model/ledger.ts';
import { type Statement, statement } from '../model/statement.ts';
import { OWN } from './own-schema.ts';
import { quoteColumns, quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { rowsOf, writable } from './relation.ts';
import { archiveOf, fitsBack, identifies, namesNoOther, unchanged, unnamed, waits } from './restore-terms.ts';

/**
 * What is restored: an entry's rows in the table as it is now. `columns` are those that the archive and the table
 * both have; a column that came since takes its default, one that went stays in the archive.
 */
export interface Restoration {
  readonly entry: RowEntry;
  readonly table: TableImage;
  readonly columns: readonly ImageColumn[];
  /** One archived row instead of all, by its place in the archive. */
  readonly only?: string;
  /** Foreign keys that refer to the table: a created row that somebody names by now is not removed. */
  readonly referencedBy: readonly ForeignKeyFacts[];
}

/** Undoes an entry; the result's `rows` says how many rows were put right. */
export function restoreRows(restoration: Restoration): Statement {
  switch (restoration.entry.kind) {
    case 'removed':
      return reinsert(restoration);
    case 'updated':
      return restoreValues(restoration);
    case 'created':
      return removeCreated(restoration);
  }
}

/** Counts the archived rows of an entry that have not been restored. */
export function countWaiting({ entry }: Pick<Restoration, 'entry'>): Statement {
  return statement(`select count(*) as rows from ${archiveOf(entry)} a where ${waits(entry)}`, [entry.id]);
}

/** SQL of those rows, as EXISTS takes it. */
export function waitingFor({ entry }: Pick<Restoration, 'entry'>): string {
  return `select from ${archiveOf(entry)} a where ${waits(entry)}`;
}

/** Places of some of them in the archive, in order, after a place. */
export function waitingRows({ entry }: Pick<Restoration, 'entry'>, after: string): Statement {
  return statement(
    `select a.ctid::text as place from ${archiveOf(entry)} a
      where ${waits(entry)} and a.ctid > ${quoteLiteral(after)}::tid order by a.ctid limit 5000`,
    [entry.id],
  );
}

/** Primary keys of some of them, as PostgreSQL writes keys: `1, a`. */
export function waitingKeys(
  { entry }: Pick<Restoration, 'entry'>,
  identity: readonly string[],
  limit: number,
  places?: readonly string[],
): Statement {
  const parts = identity.map((name) => `a.${quoteName(name)}::text`).join(', ');
  const among =
    places === undefined ? '' : ` and a.ctid in (${places.map((each) => `${quoteLiteral(each)}::tid`).join(', ')})`;
  return statement(
    `select pg_catalog.concat_ws(', ', ${parts}) as key from ${archiveOf(entry)} a
      where ${waits(entry)}${among} order by a.ctid limit $2::text::integer`,
    [entry.id, limit],
  );
}

/** Notes in the ledger how many rows of an entry came back. */
export function recordRestored({ id }: RowEntry, rows: number, extent: 'whole' | 'in part'): Statement {
  return statement(
    `update ${OWN}.ledger
        set restored_count = restored_count + $2::text::bigint, undone_at = case when $3 then clock_timestamp() end
      where id = $1::text::bigint`,
    [id, rows, extent === 'whole'],
  );
}

/** Counts the rows of the entry's table that came back of those that its run and operation removed. */
export function countBack({ runId, operation, table }: RowEntry): Statement {
  return statement(
    `select coalesce(sum(restored_count), 0) as rows from ${OWN}.ledger
      where run_id = $1 and operation is not distinct from $2::text::integer and kind = 'removed'
        and object -> 'table' = $3::text::jsonb`,
    [runId, operation ?? null, JSON.stringify(table)],
  );
}

function reinsert(restoration: Restoration): Statement {
  const { entry, table, columns } = restoration;
  const names = quoteColumns(writable(columns).map((column) => column.name));
  return statement(
    `
      with chosen as (
        select a.ctid as msgdb_place, a.* from ${archiveOf(entry)} a
         where ${chosen(restoration)} and ${namesNoOther(entry, 'a')} order by a.ctid),
      back as (
        insert into ${quoteTable(table.table)} (${names}) overriding system value
        select ${names} from chosen returning 1),
      marked as (
        update ${archiveOf(entry)} a set msgdb_restored_at = clock_timestamp() from chosen c
         where a.ctid = c.msgdb_place)
      select count(*) as rows from back`,
    [entry.id],
  );
}

/**
 * Sets the columns that were changed back to what they were, where they still are what they were changed to: newer
 * values are not overwritten.
 */
function restoreValues(restoration: Restoration): Statement {
  const { entry, table } = restoration;
  const columns = writable(restoration.columns);
  const assignments = columns
    .filter((column) => !column.identityAlways)
    .map(
      (column) =>
        `${quoteName(column.name)} = case when ${unchanged('a', 'b', column)} then t.${quoteName(column.name)}
                                        else b.${quoteName(column.name)} end`,
    );
  const fits = fitsBack(columns);
  return statement(
    `
      with chosen as (select ctid as msgdb_place, a.* from ${archiveOf(entry)} a where ${chosen(restoration)}),
      back as (
        update ${rowsOf(table)} t set ${assignments.join(', ')}
          from chosen a
          join ${archiveOf(entry)} b
            on b.msgdb_ledger = a.msgdb_ledger and b.msgdb_pair = a.msgdb_pair and b.msgdb_image = 'before'
         where ${identifies(table, columns, 'a')}
           and ${fits}
           and ${namesNoOther(entry, 'b')}
        returning a.msgdb_place, b.ctid as msgdb_before),
      marked as (
        update ${archiveOf(entry)} x set msgdb_restored_at = clock_timestamp()
          from (select msgdb_place from back union all select msgdb_before from back) both_images
         where x.ctid = both_images.msgdb_place)
      select count(*) as rows from back`,
    [entry.id],
  );
}

/** Why rows stay in the archive that PostgreSQL did not refuse. */
export type KeptBecause = 'gone' | 'changed' | 'parent' | 'named' | 'other';

/** Counts the rows that still wait by what keeps them, and gives the places of some. */
export function explainWaiting(restoration: Restoration, places: number): Statement {
  const { entry, table, columns } = restoration;
  const before =
    entry.kind === 'updated'
      ? `join ${archiveOf(entry)} b
            on b.msgdb_ledger = a.msgdb_ledger and b.msgdb_pair = a.msgdb_pair and b.msgdb_image = 'before'`
      : '';
  const present = entry.kind === 'removed' ? '' : `left join ${rowsOf(table)} t on ${identifies(table, columns, 'a')}`;
  return statement(
    `
      select because, count(*) as rows, to_jsonb((array_agg(place order by place::tid))[1:$2::text::integer]) as places
        from (select a.ctid::text as place, ${becauseOf(restoration)} as because
                from ${archiveOf(entry)} a
                ${before}
                ${present}
               where ${waits(entry)}) kept
       group by because order by because`,
    [entry.id, places],
  );
}

function becauseOf({ entry, columns, referencedBy }: Restoration): string {
  if (entry.kind === 'removed') return `case when ${namesNoOther(entry, 'a')} then 'other' else 'parent' end`;
  if (entry.kind === 'updated') {
    return `case when t.ctid is null then 'gone' when not (${fitsBack(writable(columns))}) then 'changed'
                     when ${namesNoOther(entry, 'b')} then 'other' else 'parent' end`;
  }
  const same = columns.map((column) => unchanged('t', 'a', column));
  return `case when t.ctid is null then 'gone' when not (${same.join(' and ')}) then 'changed'
                     when ${['true', ...referencedBy.map(unnamed)].join(' and ')} then 'other' else 'named' end`;
}

/** Removes rows that were created, if they still are as they were created. */
function removeCreated(restoration: Restoration): Statement {
  const { entry, table } = restoration;
  const same = restoration.columns.map((column) => unchanged('t', 'a', column));
  return statement(
    `
      with chosen as (select ctid as msgdb_place, a.* from ${archiveOf(entry)} a where ${chosen(restoration)}),
      back as (
        delete from ${rowsOf(table)} t using chosen a
         where ${[identifies(table, restoration.columns, 'a'), ...same, ...restoration.referencedBy.map(unnamed)].join(' and ')}
        returning a.msgdb_place),
      marked as (
        update ${archiveOf(entry)} x set msgdb_restored_at = clock_timestamp() from back
         where x.ctid = back.msgdb_place)
      select count(*) as rows from back`,
    [entry.id],
  );
}

/** Locks created rows, so that no session can begin to refer to one between the look and the removal. */
export function lockCreated(restoration: Restoration): Statement {
  const { entry, table, columns } = restoration;
  return statement(
    `select 1 from ${rowsOf(table)} t, ${archiveOf(entry)} a
      where ${chosen(restoration)} and ${identifies(table, columns, 'a')} for update of t`,
    [entry.id],
  );
}

function chosen({ entry, only }: Restoration): string {
  return only === undefined ? waits(entry) : `${waits(entry)} and a.ctid = ${quoteLiteral(only)}`;
}
