import type { RowGuard, TableImage } from '../../model/dedupe.ts';
import type { Movement } from '../../model/movement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';

/** Rows of a table, and what they will be. */
export interface Future {
  /** Further columns, by name. */
  readonly head: Readonly<Record<string, string>>;
  /** SQL of what a column will be; undefined: it stays as it is in the row `c`. */
  readonly value: (column: string) => string | undefined;
  readonly from: string;
}

/** SQL: rows as they will be. What a generated column is computed from is read under the table's own name. */
export function futureRows({ table, columns }: TableImage, { head, value, from }: Future): string {
  const stored = columns.filter(({ expression }) => expression === undefined);
  const rows = `
        select ${[
          ...Object.entries(head).map(([name, sql]) => `${sql} as ${name}`),
          ...stored.map(({ name }) => `${value(name) ?? `c.${quoteName(name)}`} as ${quoteName(name)}`),
        ].join(', ')}
          from ${from}`;
  if (stored.length === columns.length) return rows;
  const all = columns.map(({ name, expression, storageType }) =>
    expression === undefined ? quoteName(name) : `(${expression})::${storageType} as ${quoteName(name)}`,
  );
  return `
        select ${[...Object.keys(head), ...all].join(', ')}
          from (${rows}) as ${quoteName(table.name)}`;
}

/** Name of the column that holds the value a reference column will have. */
export function futureColumn(place: number): string {
  return `future${place + 1}`;
}

/** What the columns of a reference will be, in rows of `kin`, `k`. */
export function futureValue(columns: readonly { readonly name: string }[]): Future['value'] {
  return (name) => {
    const place = columns.findIndex((column) => column.name === name);
    return place < 0 ? undefined : `k.${futureColumn(place)}`;
  };
}

/** A guard that looks at a row by itself. */
export type LoneGuard = Exclude<RowGuard, { kind: 'exclusion' }>;

/** SQL: the guard would refuse the row whose columns are in scope. A CHECK that gives NULL refuses nothing. */
export function isRefused(guard: LoneGuard): string {
  if (guard.kind === 'trigger' || guard.kind === 'leaving') return 'true';
  if (guard.kind === 'partition') return `(${guard.bound}) is not true`;
  if (guard.kind === 'foreign key') return namesNothing(guard);
  if (guard.kind === 'check') return `(${guard.expression}) is false`;
  if (guard.kind === 'width') return isTooWide(guard);
  const column = quoteName(guard.column);
  if (guard.kind === 'type') return isTooLong(column, guard.type);
  if (guard.kind === 'not null' || guard.expression === undefined) return `${column} is not distinct from null`;
  // PostgreSQL writes the value of a domain as VALUE, which is the name of a column where there is one.
  return `exists (select from (select ${column} as value) as msgdb_domain where (${guard.expression}) is false)`;
}

/** MATCH SIMPLE: a row with NULL in one of the columns refers to nothing. */
function namesNothing({ columns, to, partitioned, referenced, operators }: Extract<RowGuard, { kind: 'foreign key' }>) {
  const own = columns.map((column) => `${quoteName(column)} is not null`);
  const same = columns.map(
    (column, place) =>
      `msgdb_to.${quoteName(referenced[place] ?? '')} ${operators[place] ?? '='} msgdb_own.${quoteName(column)}`,
  );
  const list = columns.map(quoteName).join(', ');
  return `${own.join(' and ')} and not exists (
         select from (select ${list}) msgdb_own, ${rowsOf({ table: to, partitioned })} msgdb_to
          where ${same.join(' and ')})`;
}

/** SQL: rows that move by any of a movement's links, or that others could collide with, with all that they will have. */
export function joinLinks({ child, columns, links }: Movement, kins: readonly string[], more = ''): string {
  const values = columns.map(({ name }, place) => {
    const taken = links.flatMap((link, part) => {
      const own = link.columns.findIndex((column) => column.name === name);
      return own < 0 ? [] : [`when m${part}.tab is not null then m${part}.${futureColumn(own)}`];
    });
    return `case ${taken.join(' ')} else c.${quoteName(name)} end as ${futureColumn(place)}`;
  });
  const joins = kins.map(
    (kin, part) => `
          left join ${kin} m${part} on m${part}.tab = every_row.tab and m${part}.tid = every_row.tid and m${part}.moves`,
  );
  return `
        select every_row.moves, every_row.tab, every_row.tid, ${values.join(', ')}${more}
          from (select tab, tid, bool_or(moves) as moves
                  from (${kins.map((kin) => `select tab, tid, moves from ${kin}`).join(' union all ')}) links
                 group by tab, tid) every_row
          join ${rowsOf(child)} c on ${sameRow('c', 'every_row')}${joins.join('')}`;
}

/** Bytes left for images before and after, which may differ a little in what is re-pointed. */
const MARGIN = 32;

/**
 * A row value is laid out as a row of a table is. The NULL at its end makes room for a bitmap of NULLs, which most images
 * have; the time of a restore is set later, and has to fit then.
 */
function isTooWide({ columns }: Extract<LoneGuard, { kind: 'width' }>): string {
  const values = columns.map(({ name, movable }) => {
    const value = quoteName(name);
    if (!movable) return value;
    // Of a value that is moved out of its row 18 bytes are left; one of up to 24 may stay.
    const size = `pg_catalog.pg_column_size(${value})`;
    return `pg_catalog.repeat('.', case when ${size} > 24 then 17 else ${size} - 1 end)`;
  });
  const noted = [`0::bigint`, `'removed'::text`, `0::bigint`, `pg_catalog.now()`];
  return `pg_catalog.pg_column_size(row(${[...noted, ...values, 'null::bigint'].join(', ')}))
               > pg_catalog.current_setting('block_size')::integer - ${32 + MARGIN}`;
}

/** A cast cuts text off where an UPDATE refuses it (22001), but for spaces at its end; a number that is too large it refuses too. */
function isTooLong(column: string, type: string): string {
  const cast = `(${column})::${type}`;
  if (/^character varying\(\d+\)$/.test(type)) return `pg_catalog.rtrim(${cast}) <> pg_catalog.rtrim(${column})`;
  if (/^(?:character|bit)/.test(type)) return `${cast} is distinct from ${column}`;
  return `${cast} is null and ${column} is not null`;
}
