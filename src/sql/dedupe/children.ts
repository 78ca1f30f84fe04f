import type { ArchivedReference } from '../../model/ledger.ts';
import type { ResolvedReference, TableImage } from '../../model/plan.ts';
import { statement } from '../../model/statement.ts';
import type { Origin } from '../house.ts';
import { quoteName } from '../quote.ts';
import { referencedValue, refersTo } from '../refers-to.ts';
import { archiveTable, otherBytes, rowsOf, sameRow } from '../relation.ts';
import { changeRows } from './change-rows.ts';
import type { LiveTables } from './live-tables.ts';
import { findAgain, identityColumns, identityNames } from './places.ts';
import type { BatchStatement } from './statements.ts';

/** The table whose rows are referred to, and its ranked rows. */
interface Parents {
  readonly image: TableImage;
  readonly ranked: string;
}

/** Name of the column that holds the value a reference column will have. */
export function futureColumn(place: number): string {
  return `future${place + 1}`;
}

/**
 * Locks and notes the children of losers with the values they will take (`moves`), and, where copies among the children
 * are possible, also the survivors' own children: both sides of a collision must hold still.
 */
export function stageChildren(parents: Parents, reference: ResolvedReference, kin: string): readonly BatchStatement[] {
  const future = reference.columns.map((column, place) => `null::${column.type} as ${futureColumn(place)}`);
  return [
    work(`drop table if exists ${kin}`),
    work(`
      create unlogged table ${kin} as
      select null::bigint as pair, false as moves, c.tableoid as tab, c.ctid as tid, ${future.join(', ')}${identityColumns(reference.child, 'c')}
        from ${rowsOf(reference.child)} c
        with no data`),
    work(reference.kind === 'array' ? findArrays(parents, reference, kin) : findChildren(parents, reference, kin)),
    ...(reference.uniques.length > 0 ? [work(findSurvivorsChildren(parents, reference, kin))] : []),
    work(`analyze ${kin}`),
    ...(reference.kind === 'array' ? [] : [assertNamed(reference, kin)]),
  ];
}

/** A survivor without a value in the column that children refer to can take none of them: they would refer to nothing. */
function assertNamed(reference: ResolvedReference, kin: string): BatchStatement {
  const future = reference.columns.map((_, place) => `k.${futureColumn(place)}`).join(', ');
  return {
    role: 'assert-none',
    statement: statement(`
      select count(*) as rows from ${kin} k where k.moves and pg_catalog.num_nulls(${future}) > 0`),
    message: `Rows of ${reference.label} would lose their reference: the survivor has NULL in ${reference.referenced.join(', ')}; the batch was undone.`,
    fix: `Let a row that has ${reference.referenced.join(', ')} survive: keep: [{ most: 'complete', of: ['${reference.referenced.join("', '")}'] }].`,
  };
}

function findChildren(parents: Parents, reference: ResolvedReference, kin: string): string {
  const values = reference.columns.map(
    (column, place) => `${referencedValue(reference, 's', place)}::${column.type} as ${futureColumn(place)}`,
  );
  const same = reference.columns.map((_, place) => referencedValue(reference, 'l', place));
  const differ = reference.columns.map((_, place) => referencedValue(reference, 's', place));
  return `
      insert into ${kin}
      select row_number() over (), true, tab, tid, ${reference.columns.map((_, place) => futureColumn(place)).join(', ')}${identityNames(reference.child)}
        from (select c.tableoid as tab, c.ctid as tid, ${values.join(', ')}${identityColumns(reference.child, 'c')}
                from ${parents.ranked} lost
                join ${parents.ranked} kept on kept.grp = lost.grp and kept.rank = 1
                join ${rowsOf(parents.image)} l on ${sameRow('l', 'lost')}
                join ${rowsOf(parents.image)} s on ${sameRow('s', 'kept')}
                join ${rowsOf(reference.child)} c on ${refersTo(reference, 'c', 'l')}
               where lost.rank > 1 and ${otherBytes(same, differ)}
                 for update of c) found`;
}

function findSurvivorsChildren(parents: Parents, reference: ResolvedReference, kin: string): string {
  const present = reference.columns.map((column) => `c.${quoteName(column.name)}`);
  return `
      insert into ${kin}
      select null, false, c.tableoid, c.ctid, ${present.join(', ')}${identityColumns(reference.child, 'c')}
        from ${parents.ranked} kept
        join ${rowsOf(parents.image)} s on ${sameRow('s', 'kept')}
        join ${rowsOf(reference.child)} c on ${refersTo(reference, 'c', 's')}
       where kept.rank = 1
         and not exists (select from ${kin} k where k.tab = c.tableoid and k.tid = c.ctid)
         for update of c`;
}

/** Rows whose array holds a loser, with the array they will have: its survivor once, the order kept. */
function findArrays(parents: Parents, reference: ResolvedReference, kin: string): string {
  const column = quoteName(reference.columns[0]?.name ?? '');
  const element = quoteName(reference.referenced[0] ?? '');
  const type = reference.columns[0]?.cast ?? '';
  return `
      insert into ${kin}
      with replaced as materialized (
        select l.${element}::${type} as lost, s.${element}::${type} as kept
          from ${parents.ranked} lost
          join ${parents.ranked} kept on kept.grp = lost.grp and kept.rank = 1
          join ${rowsOf(parents.image)} l on ${sameRow('l', 'lost')}
          join ${rowsOf(parents.image)} s on ${sameRow('s', 'kept')}
         where lost.rank > 1)
      select row_number() over (), true, tab, tid, future${identityNames(reference.child)}
        from (select c.tableoid as tab, c.ctid as tid${identityColumns(reference.child, 'c')},
                     array(select e.value
                             from (select coalesce(r.kept, u.value) as value, u.place,
                                          bool_or(r.lost = u.value) over (partition by coalesce(r.kept, u.value)) as replaces,
                                          row_number() over (partition by coalesce(r.kept, u.value) order by u.place)
                                            as copy
                                     from unnest(c.${column}) with ordinality as u(value, place)
                                     left join replaced r on r.lost = u.value) e
                            where e.copy = 1 or e.replaces is not true
                            order by e.place) as future
                from ${rowsOf(reference.child)} c
               where c.${column} && array(select lost from replaced)
                 for update of c) found`;
}

/**
 * After copies among the children are gone: these are no longer kin, and the others are found again where a trigger that
 * renumbers them, for instance, has moved them. A copy that a trigger kept stays kin, and in the way.
 */
export function keepKin(child: TableImage, kin: string, ranked: string): readonly BatchStatement[] {
  const same = child.identity.map((_, place) => `k.id${place + 1} = r.id${place + 1}`);
  const kept = child.identity.map((column, place) => `c.${quoteName(column)} = k.id${place + 1}`);
  return [
    work(`
      delete from ${kin} k using ${ranked} r
       where r.rank > 1 and ${same.length > 0 ? same.join(' and ') : 'k.tab = r.tab and k.tid = r.tid'}
         and not exists (select from ${rowsOf(child)} c where ${kept.length > 0 ? kept.join(' and ') : sameRow('c', 'k')})`),
    ...findAgain(child, kin, 'true'),
  ];
}

/** Re-points the children that move; those that were removed as copies are no longer there. */
export function moveChildren(
  parents: TableImage,
  reference: ResolvedReference,
  kin: string,
  origin: Origin,
  live: LiveTables,
): readonly BatchStatement[] {
  const changes = changeRows({
    image: reference.child,
    origin,
    live,
    from: `${kin} r`,
    where: 'r.moves',
    pair: 'r.pair',
    assignments: reference.columns.map((column, place) => `${quoteName(column.name)} = r.${futureColumn(place)}`),
    refersTo: archivedReference(parents, reference),
    as: (moved) => ({
      role: 'repointed',
      label: reference.label,
      columns: reference.columns.map((column) => column.name),
      statement: moved,
    }),
  });
  return [...changes, assertMoved(reference, kin)];
}

/** What children named before, for the ledger: undo lets them wait until it is back. */
export function archivedReference(parents: TableImage, reference: ResolvedReference): ArchivedReference {
  return {
    archive: archiveTable(parents).name,
    columns: reference.columns.map((column) => column.name),
    referenced: reference.referenced,
    array: reference.kind === 'array',
  };
}

/** A trigger can keep a child as it was; ON DELETE CASCADE would then remove it with the loser, unarchived. */
function assertMoved(reference: ResolvedReference, kin: string): BatchStatement {
  const differs = reference.columns.map(
    (column, place) => `c.${quoteName(column.name)} is distinct from k.${futureColumn(place)}`,
  );
  return {
    role: 'assert-none',
    statement: statement(`
      select count(*) as rows
        from ${kin} k
        join ${rowsOf(reference.child)} c on ${sameRow('c', 'k')}
       where k.moves and (${differs.join(' or ')})`),
    message: `Rows of ${reference.label} still name a loser after they were re-pointed; the batch was undone.`,
    fix: 'A trigger keeps them as they were: disable it while msgdb works.',
  };
}

/**
 * Just before losers go: no foreign key's child names one. What moved a child meanwhile, or lets loser and survivor have
 * one key (a damaged unique index), would let ON DELETE take the child along, unarchived.
 */
export function assertUnreferenced(parents: Parents, reference: ResolvedReference): readonly BatchStatement[] {
  if (reference.kind !== 'foreign-key') return [];
  return [
    {
      role: 'assert-none',
      statement: statement(`
      select count(*) as rows
        from ${parents.ranked} lost
        join ${rowsOf(parents.image)} l on ${sameRow('l', 'lost')}
        join ${rowsOf(reference.child)} c on ${refersTo(reference, 'c', 'l')}
       where lost.rank > 1`),
      message: `Rows of ${reference.label} still name rows that are to go; the batch was undone.`,
      fix: 'A trigger changes them, or a damaged unique index lets two rows have the key they name: mend that first.',
    },
  ];
}

function work(text: string): BatchStatement {
  return { role: 'work', statement: statement(text) };
}
