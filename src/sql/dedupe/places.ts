import type { TableImage } from '../../model/dedupe.ts';
import { statement } from '../../model/statement.ts';
import { quoteName, quoteTable } from '../quote.ts';
import { rowsOf, sameRow, survivorName } from '../relation.ts';
import type { BatchStatement } from './statements.ts';

/** Columns of a work table that keep the primary key of the ranked rows, as `, "id" as id1`; none without one. */
export function identityColumns({ identity }: TableImage, alias?: string): string {
  return identity
    .map((column, place) => `, ${alias ? `${alias}.` : ''}${quoteName(column)} as id${place + 1}`)
    .join('');
}

/** Their names, to be selected further out. */
export function identityNames({ identity }: TableImage): string {
  return identity.map((_, place) => `, id${place + 1}`).join('');
}

/**
 * What is staged of a row besides its place: its primary key, or, without one, the transaction that wrote it. A place
 * that a row has left is soon another row's (pruning takes no VACUUM), and one found there is not the one that was
 * staged.
 */
export function stagedColumns(image: TableImage, alias?: string): string {
  if (image.identity.length > 0) return identityColumns(image, alias);
  // Of a join, PostgreSQL finds a system column by its table alone.
  return `, ${alias ? `${alias}.` : ''}xmin as written`;
}

/** Their names, to be selected further out. */
export function stagedNames(image: TableImage): string {
  return image.identity.length > 0 ? identityNames(image) : ', written';
}

/**
 * The row `alias` is the one that was staged as `staged`. `is true` keeps the planner from looking every row up by its
 * primary key: its place is quicker.
 */
export function sameStaged(image: TableImage, alias: string, staged: string): string {
  const marks = image.identity.length > 0 ? sameIdentity(image, alias, staged) : [`${alias}.xmin = ${staged}.written`];
  return [sameRow(alias, staged), ...marks.map((mark) => `(${mark}) is true`)].join(' and ');
}

/** The row `alias` has the primary key that a work table keeps; no condition without one. */
export function sameIdentity({ identity }: TableImage, alias: string, work: string): readonly string[] {
  return identity.map((column, place) => `${alias}.${quoteName(column)} = ${work}.id${place + 1}`);
}

/** The survivor's primary key, beside every row of its group. */
export function survivorColumns({ identity }: TableImage, window: string): string {
  return identity
    .map((column, place) => `, first_value(${quoteName(column)}) over ${window} as ${survivorName(place)}`)
    .join('');
}

/** Their names, to be selected further out. */
export function survivorNames({ identity }: TableImage, alias?: string): string {
  return identity.map((_, place) => `, ${alias ? `${alias}.` : ''}${survivorName(place)}`).join('');
}

/**
 * A trigger may have updated ranked rows meanwhile, a counter of messages for instance, and so have moved them: they
 * are found again by their primary key. They are locked, so no other session has moved them. Without a primary key the
 * batch is undone rather than go by places that are no longer theirs. `which` of the ranked rows, `r`, are still to be
 * there.
 */
export function findAgain(image: TableImage, ranked: string, which: string): readonly BatchStatement[] {
  const same = sameIdentity(image, 't', 'l');
  const gone = `from ${ranked} r where ${which} and not exists (select from ${rowsOf(image)} x where ${sameRow('x', 'r')})`;
  // One statement: the second look would cost as much as the first, and most often nothing has moved.
  const text =
    same.length === 0
      ? `select count(*) as rows ${gone}`
      : `
      with lost as materialized (select r.ctid as place, r.* ${gone}),
      found as (
        update ${ranked} w set tab = t.tableoid, tid = t.ctid
          from lost l join ${rowsOf(image)} t on ${same.join(' and ')} where w.ctid = l.place returning 1)
      select (select count(*) from lost) - (select count(*) from found) as rows`;
  return [
    {
      role: 'assert-none',
      statement: statement(text),
      message: `A trigger moved or removed rows of ${image.table.name} while their copies were removed; the batch was undone.`,
      fix: fixFor(image),
    },
  ];
}

/** The trigger may be another table's: one of rows that refer to these, which counts them. */
function fixFor({ table, identity }: TableImage): string {
  const name = quoteTable(table);
  const disable = `the trigger on ${name}, or on a table that refers to it, that changes rows of ${name} (alter table … disable trigger …)`;
  return identity.length > 0
    ? `Disable ${disable} while msgdb works.`
    : `Give ${name} a primary key, by which such rows are found again; or disable ${disable} while msgdb works.`;
}
