import type { ArchivedReference } from '../../model/ledger.ts';
import { type Movement, movementsOf } from '../../model/movement.ts';
import type { ResolvedReference, TableImage } from '../../model/plan.ts';
import { statement } from '../../model/statement.ts';
import type { Origin } from '../house.ts';
import { quoteName } from '../quote.ts';
import { refersTo } from '../refers-to.ts';
import { archiveTable, rowsOf, sameRow } from '../relation.ts';
import { changeRows } from './change-rows.ts';
import { futureColumn } from './future-rows.ts';
import type { LiveTables } from './live-tables.ts';
import { findAgain } from './places.ts';
import { notLost, type Parents, sparesLosers } from './stage-children.ts';
import type { BatchStatement } from './statements.ts';

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
  movement: Movement,
  kin: string,
  origin: Origin,
  live: LiveTables,
): readonly BatchStatement[] {
  const changes = changeRows({
    image: movement.child,
    origin,
    live,
    from: `${kin} r`,
    where: 'r.moves',
    pair: 'r.pair',
    assignments: movement.columns.map((column, place) => `${quoteName(column.name)} = r.${futureColumn(place)}`),
    refersTo: archivedReferences(parents, movement),
    as: (moved) => ({
      role: 'repointed',
      label: movement.label,
      columns: movement.columns.map((column) => column.name),
      statement: moved,
    }),
  });
  return [...changes, assertMoved(movement, kin)];
}

/** What children named before, for the ledger: undo lets them wait until it is back. */
export function archivedReferences(parents: TableImage, { links }: Movement): readonly ArchivedReference[] {
  return links.map(({ kind, columns, referenced }) => ({
    archive: archiveTable(parents).name,
    columns: columns.map((column) => column.name),
    referenced,
    array: kind === 'array',
  }));
}

/** A trigger can keep a child as it was; ON DELETE CASCADE would then remove it with the loser, unarchived. */
function assertMoved({ label, child, columns }: Movement, kin: string): BatchStatement {
  const differs = columns.map(
    (column, place) => `c.${quoteName(column.name)} is distinct from k.${futureColumn(place)}`,
  );
  return {
    role: 'assert-none',
    writes: { table: child.table, command: 'update' },
    statement: statement(`
      select count(*) as rows
        from ${kin} k
        join ${rowsOf(child)} c on ${sameRow('c', 'k')}
       where k.moves and (${differs.join(' or ')})`),
    message: `Rows of ${label} still name a loser after they were re-pointed; the batch was undone.`,
    fix: 'A trigger keeps them as they were: disable it while msgdb works.',
  };
}

/**
 * Just before losers go: no foreign key's child names one. What moved a child meanwhile, or lets loser and survivor have
 * one key (a damaged unique index), would let ON DELETE take the child along, unarchived.
 */
export function assertUnreferenced(parents: Parents, reference: ResolvedReference): readonly BatchStatement[] {
  const [movement] = movementsOf([reference]);
  const which = movement && sparesLosers(parents, movement) ? notLost(parents.ranked) : 'true';
  if (reference.kind !== 'foreign-key') return [];
  return [
    {
      role: 'assert-none',
      writes: { table: reference.child.table, command: 'update' },
      statement: statement(`
      select count(*) as rows
        from ${parents.ranked} lost
        join ${rowsOf(parents.image)} l on ${sameRow('l', 'lost')}
        join ${rowsOf(reference.child)} c on ${refersTo(reference, 'c', 'l')}
       where lost.rank > 1 and ${which}`),
      message: `Rows of ${reference.label} still name rows that are to go; the batch was undone.`,
      fix: 'A trigger changes them, or a damaged unique index lets two rows have the key they name: mend that first.',
    },
  ];
}

function work(text: string): BatchStatement {
  return { role: 'work', statement: statement(text) };
}
