import type { ResolvedReference, RowGuard, TableImage } from '../../model/dedupe.ts';
import type { MovedUnique, Movement } from '../../model/movement.ts';
import type { TableName } from '../../model/table-name.ts';
import type { TriggerGuard } from '../../model/triggers.ts';
import { quoteName, quoteTable } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { allBut, findExcluded } from './exclusions.ts';
import { futureArray } from './future-array.ts';
import { futureColumn, futureRows, futureValue, isRefused, joinLinks, type LoneGuard } from './future-rows.ts';
import { isAsked } from './guard-scope.ts';
import { isFirst } from './ranked-members.ts';
import { sparesLosers } from './stage-children.ts';
import { findKin, rankCopies } from './survey-kin.ts';

const NO_ROWS = 'select null::oid as tab, null::tid as tid where false';

/**
 * Common table expressions of what becomes of a table's rows, in the order of a run: `link0_0`, … have those that a
 * reference is about; `kin0` all of them; `broken0` and `excluded0` those that are removed because a guard would
 * refuse them, `doomed0` those that are removed as copies.
 */
export function movementTables(movement: Movement, place: number, parent: Parents): readonly string[] {
  const { links, uniques, removes } = movement;
  const which = sparesLosers({ ...parent, ranked: 'ranked' }, movement)
    ? `not exists (select from ranked own where own.rank > 1 and ${sameRow('c', 'own')})`
    : 'true';
  const found = links.map((link) =>
    link.kind === 'array'
      ? findArrays(
          link,
          parent.image,
          movement.guards.length > 0 || links.length > 1 ? futureArray(heldArray(link)) : 'null',
        )
      : findKin({ ...link, uniques: movement.uniques }, parent.image, 'ranked', which),
  );
  const names = links.map((_, part) => `link${place}_${part}`);
  const kin = `kin${place}`;
  const broken = removes
    ? loneGuards(movement)
        .filter(isRemovable)
        .map((guard) => findBroken(movement, guard, kin))
    : [];
  const copies = uniques.map(
    (unique) => `select tab, tid from (${rankStaying(movement, unique, place)}) ranked where rank > 1`,
  );
  const excluded = removes
    ? exclusionGuards(movement).map((guard) => findExcluded(movement, guard, movingRows(place), allBut(away(place))))
    : [];
  return [
    ...found.map((rows, part) => `${names[part]} as materialized (${rows})`),
    `${kin} as ${links.length > 1 ? `materialized (${joinLinks(movement, names)})` : `(select * from ${names[0]})`}`,
    `broken${place} as materialized (${[NO_ROWS, ...broken].join('\n        union ')})`,
    `doomed${place} as materialized (${[NO_ROWS, ...copies].join('\n        union ')})`,
    `moving${place} as materialized (select * from ${kin} k where k.moves
         and not exists (select from broken${place} g where g.tab = k.tab and g.tid = k.tid)
         and not exists (select from doomed${place} g where g.tab = k.tab and g.tid = k.tid))`,
    `excluded${place} as materialized (${[NO_ROWS, ...excluded].join('\n        union ')})`,
  ];
}

/**
 * SQL: children that would be copies under a unique index, as `rankCopies`, without those that a guard removes before.
 */
export function rankStaying({ child, columns }: Movement, unique: MovedUnique, place: number): string {
  const staying = `(select * from kin${place} k where not exists (select from broken${place} b where b.tab = k.tab and b.tid = k.tid))`;
  return rankCopies({ child, columns }, unique, staying);
}

/** The table that is referred to, and what becomes of its losers. */
export type Parents = Omit<Parameters<typeof sparesLosers>[0], 'ranked'>;

/** Those of a movement that are moved in the end, besides those that an EXCLUDE constraint removes. */
export function movingRows(place: number): string {
  return `moving${place}`;
}

/** SQL: rows that are elsewhere or gone by the time at which the rest is moved (tab, tid). */
export function away(place: number): string {
  return `(select tab, tid from kin${place} where moves union all select tab, tid from doomed${place})`;
}

export function loneGuards({ guards }: Movement): readonly LoneGuard[] {
  return guards.flatMap((guard) => (guard.kind === 'exclusion' ? [] : [guard]));
}

/**
 * A row that the constraint refuses as it is could not be put back; what a trigger forbids is for its author to allow.
 */
export function isRemovable(guard: LoneGuard): boolean {
  if (guard.kind === 'width') return false;
  return guard.kind !== 'trigger' && guard.kind !== 'leaving' && (guard.kind !== 'check' || guard.validated);
}

export function exclusionGuards({ guards }: Movement): readonly Extract<RowGuard, { kind: 'exclusion' }>[] {
  return guards.flatMap((guard) => (guard.kind === 'exclusion' ? [guard] : []));
}

interface Moved {
  readonly child: TableImage;
  readonly columns: readonly { readonly name: string }[];
}

/** SQL: rows of `kin` that move and that a guard would refuse then. */
export function findBroken({ child, columns }: Moved, guard: LoneGuard, kin: string): string {
  const future = futureRows(child, {
    head: { msgdb_tab: 'c.tableoid', msgdb_tid: 'c.ctid' },
    value: futureValue(columns),
    from: `${kin} k join ${rowsOf(child)} c on ${sameRow('c', 'k')} where k.moves`,
  });
  return `
        select msgdb_tab as tab, msgdb_tid as tid
          from ${named(future, guard, child.table)}
         where ${guard.scope ? `case when ${isAsked(guard.scope, child)} then ${isRefused(guard)} else false end` : isRefused(guard)}`;
}

/** A CHECK over whole rows has them in the type, and under the name, of the table that asks. */
function named(future: string, guard: LoneGuard, table: TableName): string {
  if (guard.kind !== 'check' || !guard.expression.includes('.*')) return `(${future}) as ${quoteName(table.name)}`;
  const asking = guard.partition ?? table;
  return `(select msgdb_tab, msgdb_tid, to_jsonb(msgdb_row) as msgdb_row from (${future}) msgdb_row) msgdb_future
         cross join lateral jsonb_populate_record(null::${quoteTable(asking)}, msgdb_row) as ${quoteName(asking.name)}`;
}

/** SQL: rows of `gone` (tab, tid) that a trigger would keep, or whose removal it would refuse. */
export function findKept(guard: TriggerGuard, image: TableImage, gone: string): string {
  if (guard.scope === undefined) return gone;
  const present = image.columns.map(({ name }) => `c.${quoteName(name)}`).join(', ');
  return `
        select msgdb_tab as tab, msgdb_tid as tid
          from (select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, ${present}
                  from (${gone}) k join ${rowsOf(image)} c on ${sameRow('c', 'k')}) as ${quoteName(image.table.name)}
         where ${isAsked(guard.scope, image)}`;
}

/**
 * SQL: rows that a guard refuses. One that moves is enough for that; then those that would go as copies of others and
 * break it too are among them, for `onCollision: 'remove'` asks the guard first.
 */
export function findRefused(movement: Movement, guard: LoneGuard, place: number): string {
  // Copies among them are archived too.
  if (guard.kind === 'width') return findBroken(movement, guard, `kin${place}`);
  const moving = findBroken(movement, guard, movingRows(place));
  if (!isRemovable(guard) || movement.uniques.length === 0) return moving;
  return `
        select tab, tid from (${findBroken(movement, guard, `kin${place}`)}) every_one
         where exists (select from (${moving}) refused)`;
}

/** SQL: all rows that refer to losers, with what they will have (tab, tid, moves, …). */
export function findMoving(link: ResolvedReference, parent: TableImage): string {
  return link.kind === 'array'
    ? findArrays(link, parent, futureArray(heldArray(link)))
    : findKin({ ...link, uniques: [] }, parent, 'ranked');
}

function heldArray({ columns }: ResolvedReference): string {
  return `c.${quoteName(columns[0]?.name ?? '')}`;
}

function findArrays(link: ResolvedReference, parent: TableImage, future: string): string {
  const { child, columns, referenced } = link;
  const [{ baseType = 'text', cast = '' } = {}] = columns;
  const element = quoteName(referenced[0] ?? '');
  return `
        with replaced as materialized (
          select l.${element}::${cast} as lost, s.${element}::${cast} as kept
            from ranked lost
            join ${rowsOf(parent)} l on ${sameRow('l', 'lost')}
            join ${rowsOf(parent)} s on ${isFirst('s', 'lost')}
           where lost.rank > 1)
        select true as moves, c.tableoid as tab, c.ctid as tid, ${future}::${baseType} as ${futureColumn(0)}
          from ${rowsOf(child)} c
         where ${heldArray(link)} operator(pg_catalog.&&) array(select lost from replaced)`;
}
