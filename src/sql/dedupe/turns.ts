import type { RowGuard, TableImage } from '../../model/dedupe.ts';
import type { Movement } from '../../model/movement.ts';
import { statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { covered, rowsOf, sameRow } from '../relation.ts';
import { asExclusion, type Excluding } from './exclusions.ts';
import { futureRows, futureValue } from './future-rows.ts';
import type { BatchStatement } from './statements.ts';

/** Rows wait for others that wait for others: as many UPDATEs, each of the rows whose place is free by then. */
export const TURNS = 3;

interface Moved {
  readonly child: TableImage;
  readonly columns: readonly { readonly name: string }[];
}

/** What keeps rows of a movement apart: named as a guard is. */
export type Apart = Excluding & Pick<RowGuard, 'name' | 'partition'>;

/**
 * Constraints by which a row may have to wait for another one that moves too. PostgreSQL asks an index row by row, as an
 * UPDATE comes to them. Where an index is of the columns of one reference alone, what a survivor's children have no row has
 * that moves.
 */
export function apartBy({ guards, uniques, links }: Movement): readonly Apart[] {
  const several = links.some(({ columns }) => columns.length > 1);
  return [
    ...guards.flatMap((guard) => (guard.kind === 'exclusion' ? [guard] : [])),
    ...(several
      ? uniques.map((unique) => ({
          ...asExclusion(unique),
          name: unique.index,
          ...(unique.partition ? { partition: unique.partition } : {}),
        }))
      : []),
  ];
}

/**
 * SQL: rows of `moving` that would take what another one (on_tab, on_tid) has until it moves itself. `before` are states of
 * rows that have not moved, or not with all references, as `moving`.
 */
export function findWaits(moved: Moved, guard: Excluding, moving: string, before = ''): string {
  const meets = guard.operators
    .map((operator, part) => `o.msgdb_k${part + 1} ${operator} f.msgdb_k${part + 1}`)
    .join(' and ');
  const present = stateOf(moved.child, guard, moving, () => undefined);
  const waiting = stateOf(moved.child, guard, moving, futureValue(moved.columns));
  const midway = before === '' ? '' : stateOf(moved.child, guard, before, futureValue(moved.columns));
  const [from, on] =
    midway === '' ? [waiting, present] : [`${waiting} union all ${midway}`, `${present} union all ${midway}`];
  return `
        select f.msgdb_tab as tab, f.msgdb_tid as tid, o.msgdb_tab as on_tab, o.msgdb_tid as on_tid
          from (${from}) f
          join (${on}) o on ${meets} and (o.msgdb_tab, o.msgdb_tid) <> (f.msgdb_tab, f.msgdb_tid)`;
}

function stateOf(
  child: TableImage,
  guard: Excluding,
  rows: string,
  value: (name: string) => string | undefined,
): string {
  const keys = guard.columns.map((column, part) => `${column} as msgdb_k${part + 1}`).join(', ');
  return `
        select msgdb_tab, msgdb_tid, ${keys}
          from (${futureRows(child, {
            head: { msgdb_tab: 'c.tableoid', msgdb_tid: 'c.ctid' },
            value,
            from: `${rows} k join ${rowsOf(child)} c on ${sameRow('c', 'k')} where k.moves`,
          })}) as ${quoteName(child.table.name)}
         where ${covered({ predicate: guard.predicate, nulls: 'not distinct' }, [])}`;
}

/** SQL: rows of `moving` that wait for others, and in which turn they come (tab, tid, turn): the first is 0; TURNS is too late. */
export function findTurns(moved: Moved, guards: readonly Apart[], moving: string): string {
  const waits = guards.map((guard) => findWaits(moved, guard, moving)).join('\n        union');
  return `
        with recursive waits as materialized (${waits}),
        turns(tab, tid, on_tab, on_tid, turn) as (
          select tab, tid, on_tab, on_tid, 1 from waits
          union
          select t.tab, t.tid, w.on_tab, w.on_tid, t.turn + 1
            from turns t join waits w on w.tab = t.on_tab and w.tid = t.on_tid
           where t.turn < ${TURNS})
        select tab, tid, max(turn) as turn from turns group by tab, tid`;
}

/** Gives the rows of `kin` that move their turns. */
export function takeTurns(movement: Movement, kin: string): readonly BatchStatement[] {
  const guards = apartBy(movement);
  if (guards.length === 0) return [];
  return [
    { role: 'work', statement: statement(`alter table ${kin} add column turn integer not null default 0`) },
    {
      role: 'work',
      statement: statement(`
      update ${kin} k set turn = w.turn
        from (${findTurns(movement, guards, kin)}) w
       where k.tab = w.tab and k.tid = w.tid`),
    },
    {
      role: 'assert-none',
      statement: statement(`select count(*) as rows from ${kin} where turn >= ${TURNS}`),
      message: `Rows of ${movement.label} would each take what another one has until it is re-pointed itself.`,
      fix: 'Change these rows by hand, then run the same command again.',
    },
  ];
}
