import type { TableName } from '../../model/table-name.ts';
import type { Crossing, Move, Ties, Way } from '../../model/ties.ts';
import { quoteName } from '../quote.ts';
import { covered, rowsOf, sameRow } from '../relation.ts';
import { asExclusion, type Excluding } from './exclusions.ts';
import { futureColumn, futureRows, futureValue } from './future-rows.ts';
import { moveName, valueName } from './survey-ties.ts';

/** Beyond it, the states of a row are too many to be looked at: those before and after each step are. */
const MOST_WAYS = 8;

/**
 * Common table expressions, on those of `countTies`: `ways0`, … have the rows that go along, with what each way gives them;
 * `states0`, … the same rows once for each state (bits, a way each) that they can have within a step, when all groups are settled at
 * once; `between0`, … in any order of the ways, as when groups are settled in batches.
 */
export function crossingTables({ crossings, moves }: Ties): readonly string[] {
  return crossings.flatMap((crossing, place) => [
    `ways${place} as materialized (${findWays(crossing, moves)})`,
    `states${place} as materialized (${statesOf(crossing, place, 'in order')})`,
    `between${place} as materialized (${statesOf(crossing, place, 'in any order')})`,
  ]);
}

/** Columns of `states` and `between`, in the order of their values. */
export function crossingColumns({ ways }: Crossing): readonly { readonly name: string }[] {
  return [...new Set(ways.flatMap(({ columns }) => columns))].map((name) => ({ name }));
}

/** SQL: among the states of a step, those that moves of these kinds have brought about. */
export function broughtAbout(
  { ways }: Crossing,
  moves: readonly Move[],
  { place, step, kind }: { readonly place: number; readonly step: number; readonly kind: Move['kind'] },
): string {
  const bits = ways.map((way, part) => (way.step === step && moves[way.move]?.kind === kind ? 2 ** part : 0));
  // What is re-pointed itself waits for its turn, so that it meets others as they are in the end.
  const done = kind === 'children' ? ' and done' : '';
  return `(select * from states${place} where step = ${step} and (bits & ${bits.reduce((sum, bit) => sum + bit, 0)}) > 0${done})`;
}

/** SQL: rows of `coming` (tab, tid) that would have in some state what another row has then. `steps`: in the same step only. */
export function findMet(
  crossing: Crossing,
  place: number,
  guard: Excluding,
  { coming, others, steps }: { readonly coming: string; readonly others: string; readonly steps: 'same' | 'any' },
): string {
  const { image } = crossing;
  const value = futureValue(crossingColumns(crossing));
  const keys = guard.columns.map((column, part) => `${column} as msgdb_k${part + 1}`).join(', ');
  const keyed = (rows: string): string => `
        select msgdb_tab, msgdb_tid, msgdb_step, ${keys}
          from (${futureRows(image, {
            head: { msgdb_tab: 'c.tableoid', msgdb_tid: 'c.ctid', msgdb_step: 'k.step' },
            value,
            from: `${rows} k join ${rowsOf(image)} c on ${sameRow('c', 'k')}`,
          })}) as ${quoteName(image.table.name)}
         where ${covered({ predicate: guard.predicate, nulls: 'not distinct' }, [])}`;
  const staying = `
        select tableoid as msgdb_tab, ctid as msgdb_tid, ${keys}
          from (select c.tableoid, c.ctid, c.* from ${rowsOf(image)} c
                 where not exists (select from ways${place} w where ${sameRow('c', 'w')})) as ${quoteName(image.table.name)}
         where ${covered({ predicate: guard.predicate, nulls: 'not distinct' }, [])}`;
  const meets = guard.operators
    .map((operator, part) => `o.msgdb_k${part + 1} ${operator} f.msgdb_k${part + 1}`)
    .join(' and ');
  const when = steps === 'same' ? ' and o.msgdb_step = f.msgdb_step' : '';
  return `
        select f.msgdb_tab as tab, f.msgdb_tid as tid
          from (${keyed(coming)}) f
          join (${keyed(others)}) o on ${meets}${when} and (o.msgdb_tab, o.msgdb_tid) <> (f.msgdb_tab, f.msgdb_tid)
        union
        select f.msgdb_tab, f.msgdb_tid
          from (${keyed(coming)}) f join (${staying}) o on ${meets}`;
}

/** What no two rows of the table may have together, by its name. */
export function apartIn({ guards, uniques }: Crossing): readonly (Excluding & {
  readonly name: string;
  readonly partition?: TableName;
  /** A unique index: one of two rows that are copies under it can go. */
  readonly removable: boolean;
})[] {
  return [
    ...guards.flatMap((guard) => (guard.kind === 'exclusion' ? [{ ...guard, removable: false }] : [])),
    ...uniques.map((unique) => ({
      ...asExclusion(unique),
      removable: true,
      name: unique.index,
      ...(unique.partition ? { partition: unique.partition } : {}),
    })),
  ];
}

function findWays({ ways }: Crossing, moves: readonly Move[]): string {
  const rows = ways.map((way) => rowsOfWay(way, moves));
  const values = ways.map(
    ({ columns }, part) =>
      `, w${part}.tab is not null as has${part}${columns.map((_, column) => `, w${part}.${valueName(column)} as ${wayValue(part, column)}`).join('')}`,
  );
  return `
        select e.tab, e.tid${values.join('')}
          from (${rows.map((each) => `select tab, tid from ${each} w`).join(' union ')}) e${rows
            .map(
              (each, part) => `
          left join ${each} w${part} on w${part}.tab = e.tab and w${part}.tid = e.tid`,
            )
            .join('')}`;
}

function rowsOfWay({ move: place, columns }: Way, moves: readonly Move[]): string {
  const values = columns.map((_, part) => `, m.${valueName(part)}`).join('');
  if (moves[place]?.kind === 'cascade') {
    return `(select distinct on (m.tab, m.tid) m.tab, m.tid${values} from ${moveName(place)} m where m.tab = m.to_tab and m.tid = m.to_tid)`;
  }
  const future = columns.map((_, part) => `, k.${futureColumn(part)} as ${valueName(part)}`).join('');
  return `(select distinct on (k.tab, k.tid) k.tab, k.tid${future} from movable${place} k where k.moves)`;
}

function statesOf(crossing: Crossing, place: number, order: 'in order' | 'in any order'): string {
  const { image, ways, removed } = crossing;
  const set = (part: number): string => `(state.bits & ${2 ** part}) > 0`;
  const latest = ways.map((way, part) => ({ ...way, part })).toSorted((a, b) => b.step - a.step);
  const values = crossingColumns(crossing).map(({ name }, at) => {
    const taken = latest.flatMap(({ columns, part }) => {
      const column = columns.indexOf(name);
      return column < 0 ? [] : [`when ${set(part)} then r.${wayValue(part, column)}`];
    });
    return `, case ${taken.join(' ')} else c.${quoteName(name)} end as ${futureColumn(at)}`;
  });
  const done = ways.map(({ step }, part) => `(step.place < ${step} or r.has${part} = (${set(part)}))`);
  const present = ways.map((_, part) => `(r.has${part} or not (${set(part)}))`);
  const inOrder =
    order === 'in any order'
      ? []
      : ways.map(
          ({ step }, part) =>
            `case when step.place > ${step} then r.has${part} = (${set(part)}) when step.place < ${step} then not (${set(part)}) else true end`,
        );
  const atOnce = ways.flatMap((way, part) =>
    ways
      .slice(0, part)
      .flatMap((other, before) =>
        order === 'in order' && way.step === other.step && way.by === other.by
          ? [`(not (r.has${part} and r.has${before}) or (${set(part)}) = (${set(before)}))`]
          : [],
      ),
  );
  // Which of them are copies there is known where they come to it as they are.
  const known = removed !== undefined && ways.every(({ step }) => step >= 2 * removed);
  const gone = !known
    ? []
    : [
        `(step.place < ${2 * removed + 1} or not exists (select from (${['doomed', 'broken', 'excluded'].map((each) => `select tab, tid from ${each}${removed}`).join(' union all ')}) g where g.tab = r.tab and g.tid = r.tid))`,
      ];
  const steps =
    order === 'in order' ? [...new Set(ways.map(({ step }) => step))] : [Math.max(...ways.map(({ step }) => step))];
  return `
        select true as moves, r.tab, r.tid, step.place as step, state.bits, ${done.join(' and ')} as done${values.join('')}
          from ways${place} r
          join ${rowsOf(image)} c on ${sameRow('c', 'r')}
         cross join (values ${steps.map((step) => `(${step})`).join(', ')}) as step(place)
         cross join ${bitsOf(ways)} as state(bits)
         where ${[...present, ...inOrder, ...atOnce, ...(order === 'in order' ? gone : [])].join(' and ')}`;
}

function bitsOf(ways: readonly Way[]): string {
  if (ways.length <= MOST_WAYS) return `generate_series(0, ${2 ** ways.length - 1})`;
  const bounds = [...new Set(ways.map(({ step }) => step))].toSorted((a, b) => a - b);
  const upTo = (step: number): number => ways.reduce((sum, way, part) => sum + (way.step <= step ? 2 ** part : 0), 0);
  return `(values (0), ${bounds.map((step) => `(${upTo(step)})`).join(', ')})`;
}

/** Of the value that a way gives a row, by its column's place. */
function wayValue(way: number, column: number): string {
  return `a${way}_${column + 1}`;
}
