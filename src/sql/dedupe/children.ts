import type { ResolvedReference, TableImage } from '../../model/dedupe.ts';
import type { ArchivedReference } from '../../model/ledger.ts';
import { type Movement, movementsOf } from '../../model/movement.ts';
import { statement } from '../../model/statement.ts';
import type { Origin } from '../history-schema.ts';
import { quoteName, quoteTable } from '../quote.ts';
import { refersTo } from '../refers-to.ts';
import { archiveTable, otherBytes, rowsOf, sameRow } from '../relation.ts';
import { assertChanged } from './assert-changed.ts';
import { changeRows } from './change-rows.ts';
import { futureColumn } from './future-rows.ts';
import type { LiveTables } from './live-tables.ts';
import { findAgain } from './places.ts';
import { notLost, type Parents, sparesLosers } from './stage-children.ts';
import { type BatchStatement, work } from './statements.ts';
import { actsOnChildren, keepsReferred } from './survey-taken.ts';
import { TURNS, takeTurns } from './turns.ts';

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
  const turns = takeTurns(movement, kin);
  const inTurn =
    turns.length === 0 ? ['r.moves'] : [...Array(TURNS).keys()].map((turn) => `r.moves and r.turn = ${turn}`);
  const changes = inTurn.flatMap((which) =>
    changeRows({
      image: movement.child,
      origin,
      live,
      from: `${kin} r`,
      where: which,
      some: `from ${kin} r where ${which}`,
      pair: 'r.pair',
      assignments: movement.columns.map(({ name }, place) => ({ column: name, value: `r.${futureColumn(place)}` })),
      refersTo: archivedReferences(parents, movement),
      as: (moved) => ({
        role: 'repointed',
        label: movement.label,
        columns: movement.columns.map((column) => column.name),
        statement: moved,
      }),
    }),
  );
  return [...turns, ...changes, assertMoved(movement, kin)];
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

/** ON DELETE CASCADE would remove a child that still refers to a loser with it, unarchived. */
function assertMoved({ label, child, columns }: Movement, kin: string): BatchStatement {
  const differs = columns.map(
    (column, place) => `c.${quoteName(column.name)} is distinct from k.${futureColumn(place)}`,
  );
  return assertChanged({
    table: child.table,
    from: `${kin} k
        join ${rowsOf(child)} c on ${sameRow('c', 'k')}`,
    kept: `k.moves and (${differs.join(' or ')})`,
    message: `Rows of ${label} still refer to a loser after they were re-pointed; the batch was undone.`,
  });
}

/**
 * Just before losers go: no foreign key's child names one. What moved a child meanwhile would let ON DELETE take it along,
 * unarchived. Where a damaged unique index lets the survivor have the same key, NO ACTION leaves the child as it is.
 */
export function assertUnreferenced(
  parents: Parents,
  references: readonly ResolvedReference[],
): readonly BatchStatement[] {
  return movementsOf(references).flatMap((movement) => {
    const which = sparesLosers(parents, movement) ? notLost(parents.ranked) : 'true';
    return movement.links
      .filter(({ kind }) => kind === 'foreign-key')
      .map((link) => assertMovedAway(parents, link, which));
  });
}

function assertMovedAway(parents: Parents, reference: ResolvedReference, which: string): BatchStatement {
  const orphaned = actsOnChildren(parents, reference) ? 'true' : `(${refersTo(reference, 'c', 's')}) is not true`;
  return {
    role: 'assert-none',
    writes: { table: reference.child.table, command: 'update' },
    statement: statement(`
      select count(*) as rows
        from ${parents.ranked} lost
        join ${rowsOf(parents.image)} l on ${sameRow('l', 'lost')}
        join ${parents.ranked} kept on kept.grp = lost.grp and kept.rank = 1
        join ${rowsOf(parents.image)} s on ${sameRow('s', 'kept')}
        join ${rowsOf(reference.child)} c on ${refersTo(reference, 'c', 'l')}
       where lost.rank > 1 and ${which} and ${orphaned}`),
    message: `Rows of ${reference.label} still refer to rows that would be removed; the batch was undone.`,
    fix: `Disable the trigger that changes them while msgdb works: alter table ${quoteTable(reference.child.table)} disable trigger user. If it has no trigger, \`msgdb verify --heap\` finds the index that is damaged.`,
  };
}

/**
 * NO ACTION asks whether a row with the loser's key remains, by an index that may be damaged and not know the survivor.
 * Where both have one key, the table itself is read, to the end of the transaction; plans that the session keeps are not.
 */
export function askTable(parents: Parents, references: readonly ResolvedReference[]): readonly BatchStatement[] {
  const asking = references.filter((each) => keepsReferred(parents, each) && !actsOnChildren(parents, each));
  if (asking.length === 0) return [];
  const alike = asking.map(({ referenced }) => {
    const valuesOf = (alias: string): readonly string[] => referenced.map((column) => `${alias}.${quoteName(column)}`);
    return `not ${otherBytes(valuesOf('l'), valuesOf('s'))}`;
  });
  const off = ['indexscan', 'indexonlyscan', 'bitmapscan'].map((scan) => `set_config('enable_${scan}', 'off', true)`);
  return [
    work(`
      select ${off.join(', ')}
       where exists (
         select
           from ${parents.ranked} lost
           join ${rowsOf(parents.image)} l on ${sameRow('l', 'lost')}
           join ${parents.ranked} kept on kept.grp = lost.grp and kept.rank = 1
           join ${rowsOf(parents.image)} s on ${sameRow('s', 'kept')}
          where lost.rank > 1 and (${[...new Set(alike)].join(' or ')}))`),
    work('discard plans'),
  ];
}
