import type { Dedupe } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { covered, rowsOf, sameRow, workTable } from '../relation.ts';
import { partSql, survivorOrder } from '../terms.ts';
import { countsChildren, withChildCounts } from './count-children.ts';
import { atPlaces } from './found-rows.ts';
import { goesByPlace, judgeRanked } from './judge-ranked.ts';
import { fetchByPlace, keyHash, withHash } from './keyed.ts';
import { identityColumns, identityNames, sameIdentity, sameStaged, survivorColumns, survivorNames } from './places.ts';
import { membersOf } from './ranked-members.ts';
import { type GroupRange, type Known, STAGED } from './stage.ts';
import { type BatchStatement, work } from './statements.ts';
import { groupStays } from './survey-differing.ts';

/**
 * Where a batch keeps its ranked rows: (grp, rank, tab, tid, …), rank 1 survives. `job` distinguishes batches that run
 * at the same time.
 */
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
  return [...lockRows(dedupe, range, ranked), ...judgeRanked(dedupe, ranked)];
}

/** The first half: the rows are locked and ranked. */
export function lockRows(dedupe: Dedupe, range: GroupRange, ranked: string): readonly BatchStatement[] {
  const locked = lockedRows(dedupe);
  // What locks rows is materialized as a CTE: whole rows, for the few columns that are ranked (0.47 s against 0.59 for
  // 200,000 rows). Where children are counted it is read more than once.
  const apart = dedupe.key.partitioned || countsChildren(dedupe);
  const rows = apart
    ? { before: `with locked as materialized (${locked})`, rows: 'locked' }
    : { rows: `(${locked}) locked` };
  return rankInto(ranked, dedupe, { ...rows, staged: true, values: [range.from, range.to] });
}

/**
 * Each row is fetched by its place. A join would leave that to the planner, which takes a row by its place to be a page from
 * disk, and so reads the whole table for a batch of 24,000 rows of a million; and it sorts rows as wide as they are. There
 * is no such way into one of many partitions.
 */
function lockedRows({ key, image }: Dedupe): string {
  const range = 's.grp between $1::text::bigint and $2::text::bigint';
  const same = sameStaged(image, 't', 's');
  if (key.partitioned) {
    return `
        select s.grp as msgdb_grp, s.size as msgdb_size, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
          from ${STAGED} s
          join ${rowsOf(key)} t on ${same}
         where ${range}
         order by s.grp, t.ctid
           for update of t`;
  }
  return `
        select s.grp as msgdb_grp, s.size as msgdb_size, l.*
          from (select * from ${STAGED} s where ${range} order by s.grp, s.tid) s
         cross join lateral (
           select t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from ${rowsOf(key)} t
            where ${same} offset 0 for update of t) l`;
}

/** Groups of the range of which nothing was ranked: a row of them moved or went, or their hashes alone are equal. */
export function countOpen({ from, to }: GroupRange, ranked: string): Statement {
  return statement(`select count(distinct s.grp) as groups ${openGroups(ranked)}`, [from, to]);
}

/**
 * Locks the rows of those groups that an UPDATE has moved, found by their primary key, and notes their new places: the
 * range can be ranked again, with the rows of a busy conversation in it.
 */
export function followMoved({ key, image }: Dedupe, { from, to }: GroupRange, ranked: string): Statement {
  const same = sameIdentity(image, 't', 'o');
  return statement(
    `
      with open as materialized (select s.ctid as place, s.* ${openGroups(ranked)}),
      moved as (
        select o.place, o.grp, t.tableoid as tab, t.ctid as tid
          from open o join ${rowsOf(key)} t on ${same.join(' and ')}
         where not exists (select from ${rowsOf(key)} x where ${sameStaged(image, 'x', 'o')})
           for update of t),
      -- Where a damaged index let two rows have one primary key, neither may stand for the other.
      single as (
        select distinct on (m.grp, m.tab, m.tid) m.* from moved m
         where not exists (select from open z where z.grp = m.grp and z.tab = m.tab and z.tid = m.tid)),
      followed as (
        update ${STAGED} s set tab = m.tab, tid = m.tid from single m where s.ctid = m.place returning 1)
      select count(*) as rows from followed`,
    [from, to],
  );
}

function openGroups(ranked: string): string {
  return `
          from ${STAGED} s
         where s.grp between $1::text::bigint and $2::text::bigint
           and not exists (select from ${ranked} r where r.suspect = s.grp)`;
}

/** Ranks all staged rows, where a lock on the table has kept them as they were when they were staged. */
export function rankStaged(dedupe: Dedupe, ranked: string): readonly BatchStatement[] {
  const rows = `
        (select s.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
           from ${STAGED} s join ${rowsOf(dedupe.key)} t on ${sameRow('t', 's')}) staged`;
  return [...rankAll(dedupe, ranked, { rows }), ...lockRanked(dedupe, ranked)];
}

/**
 * The same where all hashes or places are known: the rows that have one of them are read and ranked at once. Few are, so what follows
 * fetches them by place, in the order of the heap.
 */
export function rankKnown(dedupe: Dedupe, ranked: string, known: Known): readonly BatchStatement[] {
  const members = membersOf(dedupe.key);
  const rows = 'places' in known ? atPlaces(members) : `${members} ${withHash(dedupe.key)}`;
  const byPlace = goesByPlace(dedupe) ? [work(fetchByPlace())] : [];
  return [
    ...rankAll(dedupe, ranked, {
      rows: `(${rows}) suspected`,
      inHeapOrder: true,
      values: ['places' in known ? known.places : known.hashes],
    }),
    ...byPlace,
    ...lockRanked(dedupe, ranked),
  ];
}

/** Ranks every row the rule covers: where many are copies and a lock keeps writers out, staging them only costs. */
export function rankEveryRow(dedupe: Dedupe, ranked: string): readonly BatchStatement[] {
  const group = dedupe.key.grouping === 'sort' ? '0' : keyHash(dedupe.key);
  const rows = `
        (select ${group} as msgdb_grp, tableoid as msgdb_tab, ctid as msgdb_tid, t.* from ${rowsOf(dedupe.key)} t) every`;
  return [...rankAll(dedupe, ranked, { rows }), ...lockRanked(dedupe, ranked)];
}

/** Of the whole table the planner has to know how many losers there are: by place, or by reading it (0.08 s and 0.22 for 10,000). */
function rankAll(dedupe: Dedupe, ranked: string, source: RankSource): readonly BatchStatement[] {
  const analyze = goesByPlace(dedupe) ? [work(`analyze ${ranked}`)] : [];
  return [...rankInto(ranked, dedupe, source), ...analyze, ...judgeRanked(dedupe, ranked)];
}

export interface RankSource {
  /** A WITH clause. */
  readonly before?: string;
  /** The FROM item: the table's columns, with msgdb_grp, msgdb_tab and msgdb_tid. */
  readonly rows: string;
  /** Of staged groups, which have numbers, and a number of rows (msgdb_size) without which they are not complete. */
  readonly staged?: true;
  /** How ranked rows are written: else, by group. */
  readonly inHeapOrder?: true;
  readonly values?: readonly (number | string)[];
}

/** Ranks rows of a source into a work table, those that are alone in their group left out. */
export function rankInto(ranked: string, dedupe: Dedupe, source: RankSource): readonly BatchStatement[] {
  const { key, image } = dedupe;
  const keys = key.columns.map(partSql);
  const group = ['msgdb_grp', ...keys].join(', ');
  const order = survivorOrder(dedupe.order);
  // A group is more than a row where one follows. Each pass over all rows counts: what is asked of staged groups is one.
  const [whole, staged] = source.staged
    ? [
        'count(*) over staged = msgdb_size',
        `,
                     staged as (partition by msgdb_grp order by ${keys.join(', ')}, ${order}
                                  rows between unbounded preceding and unbounded following)`,
      ]
    : ['true', ''];
  return [
    work(`drop table if exists ${ranked}`),
    work(
      statement(
        `
      create unlogged table ${ranked} as${source.before ? ` ${source.before}` : ''}
      select grp, rank, tab, tid, suspect${identityNames(image)}${survivorNames(image)}
        from (select ${numberOf(dedupe, source, `${group}, ${order}`)} as grp,
                     row_number() over survivors as rank,
                     lead(true) over survivors as followed,
                     ${whole} as whole,
                     msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect${identityColumns(image)}${survivorColumns(image, 'survivors')}
                from ${withChildCounts(dedupe, source.rows)}
               where ${covered(key, keys)}
              window survivors as (partition by ${group} order by ${order})${staged}) ranked
       where (rank > 1 or followed) and whole${source.inHeapOrder ? '\n       order by tab, tid' : ''}`,
        source.values,
      ),
    ),
  ];
}

/** A group has the number of its first row: dense_rank() is a pass of its own (1.45 s against 1.75 for a million rows). */
function numberOf(dedupe: Dedupe, { staged }: RankSource, order: string): string {
  const ofFirst = (ofRow: string): string => `${ofRow} - row_number() over survivors + 1`;
  if (staged) return ofFirst('(msgdb_grp << 31) + row_number() over staged');
  // Where nothing is done group by group, none has to have a number (1.35 s against 1.14).
  return goesByPlace(dedupe) && groupStays(dedupe) === 'false'
    ? 'msgdb_grp'
    : ofFirst(`row_number() over (order by ${order})`);
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
