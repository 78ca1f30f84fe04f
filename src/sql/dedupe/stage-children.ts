import type { Dedupe, ResolvedReference, TableImage } from '../../model/dedupe.ts';
import type { Movement } from '../../model/movement.ts';
import { statement } from '../../model/statement.ts';
import { isSameTable } from '../../model/table-name.ts';
import { quoteName } from '../quote.ts';
import { referencedValue, refersTo } from '../refers-to.ts';
import { otherBytes, rowsOf, sameRow, workTable } from '../relation.ts';
import { futureArray } from './future-array.ts';
import { futureColumn, joinLinks } from './future-rows.ts';
import { identityColumns, identityNames } from './places.ts';
import { type BatchStatement, work } from './statements.ts';

/** The table whose rows are referred to, and its ranked rows. */
export interface Parents {
  readonly image: TableImage;
  readonly losers: Dedupe['losers'];
  readonly ranked: string;
}

/**
 * The same for all references of a table at once: each is noted by itself, then the rows are joined. A row that is to go
 * anyway stays as it is where others like it could be in its way.
 */
export function stageMovement(
  parents: Parents,
  movement: Movement,
  kin: string,
  path: string,
): readonly BatchStatement[] {
  const { child, links, uniques } = movement;
  // What else could be copies of rows whose arrays change, their other references say.
  const [first, ...more] = links.map((link) => (link.kind === 'array' ? link : { ...link, uniques }));
  const which = sparesLosers(parents, movement) ? notLost(parents.ranked) : 'true';
  if (first === undefined) return [];
  if (more.length === 0) return stageChildren(parents, first, kin, which);
  const names = links.map((_, part) => workTable(`link_${path}_${part}`));
  return [
    ...[first, ...more].flatMap((link, part) => stageChildren(parents, link, names[part] ?? '', which)),
    work(`drop table if exists ${kin}`),
    work(`
      create unlogged table ${kin} as
      select row_number() over () as pair, joined.*
        from (${joinLinks(movement, names, identityColumns(child, 'c'))}) joined`),
    work(`analyze ${kin}`),
  ];
}

/** Its losers are removed in the end, so they need not be moved before. */
export function sparesLosers({ image, losers }: Parents, { child, circular, uniques, guards }: Movement): boolean {
  return (
    circular &&
    typeof losers === 'string' &&
    isSameTable(child.table, image.table) &&
    uniques.length + guards.length > 0
  );
}

export function notLost(ranked: string): string {
  return `not exists (select from ${ranked} own where own.rank > 1 and ${sameRow('c', 'own')})`;
}

/**
 * Locks and notes the children of losers with the values they will take (`moves`), and, where copies among the children
 * are possible, also the survivors' own children: both sides of a collision must hold still.
 */
function stageChildren(
  parents: Parents,
  reference: ResolvedReference,
  kin: string,
  which: string,
): readonly BatchStatement[] {
  const future = reference.columns.map((column, place) => `null::${column.baseType} as ${futureColumn(place)}`);
  return [
    work(`drop table if exists ${kin}`),
    work(`
      create unlogged table ${kin} as
      select null::bigint as pair, false as moves, c.tableoid as tab, c.ctid as tid, ${future.join(', ')}${identityColumns(reference.child, 'c')}
        from ${rowsOf(reference.child)} c
        with no data`),
    work(
      reference.kind === 'array' ? findArrays(parents, reference, kin) : findChildren(parents, reference, kin, which),
    ),
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

function findChildren(parents: Parents, reference: ResolvedReference, kin: string, which: string): string {
  const values = reference.columns.map(
    (column, place) => `${referencedValue(reference, 's', place)}::${column.baseType} as ${futureColumn(place)}`,
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
               where lost.rank > 1 and ${otherBytes(same, differ)} and ${which}
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

/** Rows whose array holds a loser, with the array they will have. The && of intarray would refuse one with a NULL in it. */
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
                     ${futureArray(`c.${column}`)} as future
                from ${rowsOf(reference.child)} c
               where c.${column} operator(pg_catalog.&&) array(select lost from replaced)
                 for update of c) found`;
}
