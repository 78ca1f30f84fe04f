import type { Dedupe } from '../../model/plan.ts';
import { statement } from '../../model/statement.ts';
import { covered, rowsOf, sameRow, workTable } from '../relation.ts';
import { partSql, survivorOrder } from '../terms.ts';
import { withChildCounts } from './count-children.ts';
import { keyHash } from './keyed.ts';
import { identityColumns, identityNames, survivorColumns, survivorNames } from './places.ts';
import { STAGED } from './stage.ts';
import type { BatchStatement } from './statements.ts';
import { leftAlone } from './survey-differing.ts';

/** Which staged groups a batch takes: their numbers, inclusive. */
export interface GroupRange {
  readonly from: number;
  readonly to: number;
}

/** Where a batch keeps its ranked rows: (grp, rank, tab, tid, …), rank 1 survives. `job` tells batches at a time apart. */
export function rankedTable(job: number): string {
  return workTable(`ranked_${job}`);
}

/**
 * Locks the staged rows of a range of groups and ranks them by what they are now: a group of which a row moved is left
 * to the next pass as a whole (part of it would choose another survivor), a row whose key changed no longer stands with
 * its group, and a group of one has no losers. Ranking before locking could remove every row of a group (READ COMMITTED
 * lets the survivor go meanwhile). A row that changed has a new place, so those that are found are as they were locked.
 */
export function lockAndRank(dedupe: Dedupe, range: GroupRange, ranked: string): readonly BatchStatement[] {
  const locked = `
      with locked as materialized (
        select s.grp as msgdb_grp, s.size as msgdb_size, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
          from ${STAGED} s
          join ${rowsOf(dedupe.key)} t on ${sameRow('t', 's')}
         where s.grp between $1::text::bigint and $2::text::bigint
         order by s.grp, t.ctid
           for update of t)`;
  const present = 'count(*) over (partition by msgdb_grp) = msgdb_size';
  return rankInto(ranked, dedupe, { before: locked, rows: 'locked', whole: present, values: [range.from, range.to] });
}

/** Ranks all staged rows, where a lock on the table has kept them as they were when they were staged. */
export function rankStaged(dedupe: Dedupe, ranked: string): readonly BatchStatement[] {
  const rows = `
        (select s.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
           from ${STAGED} s join ${rowsOf(dedupe.key)} t on ${sameRow('t', 's')}) staged`;
  return [...rankInto(ranked, dedupe, { rows }), ...lockRanked(dedupe, ranked)];
}

/** Ranks every row the rule covers: where many are copies and a lock keeps writers out, staging them only costs. */
export function rankEveryRow(dedupe: Dedupe, ranked: string): readonly BatchStatement[] {
  const group = dedupe.key.grouping === 'sort' ? '0' : keyHash(dedupe.key);
  const rows = `
        (select ${group} as msgdb_grp, tableoid as msgdb_tab, ctid as msgdb_tid, t.* from ${rowsOf(dedupe.key)} t) every`;
  return [...rankInto(ranked, dedupe, { rows }), ...lockRanked(dedupe, ranked)];
}

interface Source {
  /** A WITH clause. */
  readonly before?: string;
  /** The FROM item: the table's columns, with msgdb_grp, msgdb_tab and msgdb_tid. */
  readonly rows: string;
  /** Whether a row's group is complete. */
  readonly whole?: string;
  readonly values?: readonly number[];
}

function rankInto(ranked: string, dedupe: Dedupe, source: Source): readonly BatchStatement[] {
  const { key, image } = dedupe;
  const keys = key.columns.map(partSql);
  const group = ['msgdb_grp', ...keys].join(', ');
  return [
    work(`drop table if exists ${ranked}`),
    work(
      `
      create unlogged table ${ranked} as ${source.before ?? ''}
      select grp, rank, tab, tid${identityNames(image)}${survivorNames(image)}
        from (select dense_rank() over (order by ${group}) as grp,
                     row_number() over survivors as rank,
                     count(*) over (partition by ${group}) as copies,
                     ${source.whole ?? 'true'} as whole,
                     msgdb_tab as tab, msgdb_tid as tid${identityColumns(image)}${survivorColumns(image, 'survivors')}
                from ${withChildCounts(dedupe, source.rows)}
               where ${covered(key, keys)}
              window survivors as (partition by ${group} order by ${survivorOrder(dedupe.order)})) ranked
       where copies > 1 and whole`,
      source.values,
    ),
    ...dropDisagreeing(dedupe, ranked),
    work(`analyze ${ranked}`),
    {
      role: 'losers',
      statement: statement(`select count(*) filter (where rank > 1) as rows from ${ranked}`),
    },
  ];
}

/** A lock on the table does not stop a child from being given one of its rows as its parent; locks on the rows do. */
function lockRanked({ key, references }: Dedupe, ranked: string): readonly BatchStatement[] {
  if (references.length === 0) return [];
  return [
    work(`
      select count(*) from (
        select from ${ranked} r join ${rowsOf(key)} t on ${sameRow('t', 'r')} order by r.tab, r.tid for update of t) locked`),
  ];
}

/** Takes out groups whose rows differ where they have to be equal. */
function dropDisagreeing(dedupe: Dedupe, ranked: string): readonly BatchStatement[] {
  const differs = leftAlone(dedupe);
  if (differs === 'false') return [];
  return [
    {
      role: 'disagreeing',
      statement: statement(`
      with disagreeing as (
        select distinct l.grp
          from ${ranked} l
          join ${ranked} first on first.grp = l.grp and first.rank = 1
          join ${rowsOf(dedupe.key)} t on ${sameRow('t', 'l')}
          join ${rowsOf(dedupe.key)} s on ${sameRow('s', 'first')}
         where ${differs}),
      left_alone as (delete from ${ranked} r using disagreeing d where r.grp = d.grp returning 1)
      select count(*) as rows from disagreeing`),
    },
  ];
}

function work(text: string, values: readonly number[] = []): BatchStatement {
  return { role: 'work', statement: statement(text, values) };
}
