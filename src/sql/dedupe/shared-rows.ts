import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import type { Movement } from '../../model/movement.ts';
import { isSameTable, type TableName } from '../../model/table-name.ts';
import { quoteName } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { futureColumn } from './future-rows.ts';
import { findMovingKin } from './survey-kin.ts';

/**
 * Rows that several groups change, and for which it matters whether these are settled at once: SQL of their places. Where
 * there are any, all groups are settled in one batch.
 */
export interface Linking {
  readonly table: TableName;
  /** What would refuse them between two batches; undefined: another row would stay, or another value. */
  readonly constraint: string | undefined;
  readonly rows: string;
}

/** Beyond it, the states of a row between two batches are too many to be looked at: 2 to the power of its references. */
const MOST_LINKS = 5;

/** Could rows of the movement depend on several groups? They refer to two rows, to many, or are in a group themselves. */
export function mayBeShared({ links, child }: Movement, { image }: Pick<Dedupe, 'image'>): boolean {
  return links.length > 1 || links.some(({ kind }) => kind === 'array') || isSameTable(child.table, image.table);
}

/** Are the states that its shared rows can have between two batches known (`midway0`, …)? */
export function hasMidway({ links }: Movement): boolean {
  return links.length <= MOST_LINKS && links.every(({ kind }) => kind !== 'array');
}

/**
 * Common table expressions: `shared0`, … have the rows of a movement that several groups change or remove; `midway0`, … the
 * same rows, once for each state in which some of their groups are settled, with what they have then.
 */
export function sharedTables(movement: Movement, place: number, dedupe: Dedupe): readonly string[] {
  const { links, child } = movement;
  const own = isSameTable(child.table, dedupe.image.table);
  const grouped = links.map((_, part) => `grouped${place}_${part}`);
  const members = grouped.map((each) => `select tab, tid, grp from ${each}`);
  const itself = own
    ? [
        `select r.tab, r.tid, r.grp from ranked r join (${members.join(' union ')}) m on m.tab = r.tab and m.tid = r.tid`,
      ]
    : [];
  return [
    ...links.map((link, part) => `${grouped[part]} as materialized (${findGrouped(link, dedupe, place, part)})`),
    `shared${place} as materialized (
        select tab, tid from (${[...members, ...itself].join(' union ')}) each_one
         group by tab, tid having count(*) > 1)`,
    ...(hasMidway(movement) ? [`midway${place} as materialized (${midway(movement, place, grouped, own)})`] : []),
  ];
}

/** SQL: rows that refer to losers, with the group of each (tab, tid, grp), and what they will have by this reference. */
function findGrouped(link: ResolvedReference, { image }: Dedupe, place: number, part: number): string {
  if (link.kind !== 'array') return findMovingKin(link, image, 'ranked', { more: ', lost.grp' });
  const type = link.columns[0]?.cast ?? 'text';
  return `
        select distinct k.tab, k.tid, lost.grp
          from link${place}_${part} k
          join ${rowsOf(link.child)} c on ${sameRow('c', 'k')}
         cross join lateral unnest(c.${quoteName(link.columns[0]?.name ?? '')}) as e(value)
          join (select l.${quoteName(link.referenced[0] ?? '')}::${type} as value, r.grp
                  from ranked r join ${rowsOf(image)} l on ${sameRow('l', 'r')} where r.rank > 1) lost on lost.value = e.value`;
}

/** References to one group move together. A loser of the table itself that moves with all of them is there until its own group is settled. */
function midway({ child, columns, links }: Movement, place: number, grouped: readonly string[], own: boolean): string {
  const moved = (part: number): string => `((state.bits & ${2 ** part}) > 0)`;
  const values = columns.map(({ name }, column) => {
    const taken = links.flatMap((link, part) => {
      const at = link.columns.findIndex((each) => each.name === name);
      return at < 0 ? [] : [`when ${moved(part)} then m${part}.${futureColumn(at)}`];
    });
    return `case ${taken.join(' ')} else c.${quoteName(name)} end as ${futureColumn(column)}`;
  });
  const joins = grouped.map(
    (each, part) => `
          left join ${each} m${part} on m${part}.tab = s.tab and m${part}.tid = s.tid`,
  );
  const itself = own
    ? `
          left join ranked own on own.rank > 1 and own.tab = s.tab and own.tid = s.tid`
    : '';
  const present = links.map((_, part) => `(m${part}.tab is not null or not ${moved(part)})`);
  const together = links.flatMap((_, part) =>
    links
      .slice(0, part)
      .map((_, other) => `(m${part}.grp is distinct from m${other}.grp or ${moved(part)} = ${moved(other)})`),
  );
  const all = links.map((_, part) => `(m${part}.tab is null or ${moved(part)})`).join(' and ');
  return `
        select true as moves, s.tab, s.tid, ${values.join(', ')}
          from shared${place} s
          join ${rowsOf(child)} c on ${sameRow('c', 's')}${joins.join('')}${itself}
         cross join generate_series(1, ${2 ** links.length - 1}) as state(bits)
         where ${[...present, ...together].join(' and ')} and ${own ? `(own.tab is not null or not (${all}))` : `not (${all})`}`;
}
