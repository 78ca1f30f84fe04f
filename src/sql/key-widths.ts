import type { Key } from '../model/dedupe.ts';
import type { IndexPartFacts, TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from './quote.ts';
import { covered, rowsOf } from './relation.ts';
import { partSql } from './terms.ts';

/**
 * A third of a page less its header (BTMaxItemSize of 8 kB pages, 12 and newer): a larger index row is refused
 * (54000).
 */
export const MOST_BYTES = 2704;
/** Up to here an index stores a value as it is (TOAST_INDEX_TARGET); longer ones it compresses. */
const NOT_COMPRESSED = 510;
/** A longer value does not stay in its row: it has been compressed there as well as it can be, and keeps no header. */
const OUT_OF_LINE = 2032;
const HEADER = 8;
const NULL_BITMAP = 8;
/** Up to here a value of no fixed width has a header of one byte, and stands where the one before it ends. */
const MOST_SHORT = 126;
const LONG_HEADER = 4;
const MOST_ALIGNMENT = 7;
/** What an index row takes besides its values at the most, and what each of them takes for where it stands. */
export const LONGEST_OVERHEAD = HEADER + NULL_BITMAP;
export const OVERHEAD_OF_PART = LONG_HEADER + MOST_ALIGNMENT;
/** No method makes more of one byte: pglz 87, lz4 255. */
const BEST_RATIO = 255;

/**
 * Counts the rows a rule covers and, in the same read, measures the index rows of all that the index would hold: the
 * longest at the least and at the most (a value that is not compressed yet may be so in the index), and how many are
 * too long in any case.
 */
export function countCovered(key: Key, parts: readonly IndexPartFacts[] = []): Statement {
  const names = key.columns.map(partSql);
  const inRule = covered({ predicate: undefined, nulls: key.nulls }, names);
  if (parts.every(({ length }) => length >= 0)) {
    return statement(`select count(*) as covered from ${rowsOf(key)} where ${covered(key, names)}`);
  }
  return statement(`
      select count(*) filter (where in_rule) as covered,
             max(least) as least, max(most) as most, count(*) filter (where least > ${MOST_BYTES}) as too_long
        from (select ${inRule} as in_rule, ${leastBytes(parts)} as least, ${mostBytes(parts)} as most
                from ${rowsOf(key)} where ${key.predicate ? `(${key.predicate})` : 'true'}) measured`);
}

/** The rows whose index row may be too long, longest first: what names them, and the bytes of what has to be tried. */
export function listLong(
  key: Key,
  parts: readonly IndexPartFacts[],
  identity: readonly string[],
  limit: number,
): Statement {
  const names = identity.length > 0 ? identity.map((name) => `${quoteName(name)}::text`) : ['ctid::text'];
  const [least, most] = [leastBytes(parts), mostBytes(parts)];
  const bytes = parts.map((part) =>
    part.textual && part.length < 0
      ? `case when ${least} <= ${MOST_BYTES} and pg_catalog.pg_column_size(${part.sql}) between ${NOT_COMPRESSED + 1} and ${MOST_FETCHED}
               then pg_catalog.encode(${asBytes(part)}, 'base64') end`
      : 'null',
  );
  return statement(`
      select to_jsonb(array[${names.join(', ')}]) as name, ${least} as least, ${most} as most,
             to_jsonb(array[${bytes.join(', ')}]::text[]) as bytes, to_jsonb(array[${parts.map(leastOf).join(', ')}]) as counted,
             pg_catalog.current_setting('default_toast_compression') as method
        from ${rowsOf(key)}
       where case when ${key.predicate ? `(${key.predicate})` : 'true'} then ${most} > ${MOST_BYTES} end
       order by 2 desc, 3 desc limit ${limit}`);
}

/** Copies the rows whose index row may be too long to a table of the same columns. */
export function copyLong(key: Key, parts: readonly IndexPartFacts[], to: TableName): Statement {
  return statement(`
      insert into ${quoteTable(to)}
      select * from ${rowsOf(key)}
       where case when ${key.predicate ? `(${key.predicate})` : 'true'} then ${mostBytes(parts)} > ${MOST_BYTES} end`);
}

const MOST_FETCHED = 256 * 1024;

function asBytes({ sql, type }: IndexPartFacts): string {
  if (type === 'bytea') return sql;
  return `pg_catalog.convert_to(${sql}::text, pg_catalog.getdatabaseencoding())`;
}

/** SQL: the row is in the index at least so long: what is compressed already, or will not be. NULL: it is short. */
function leastBytes(parts: readonly IndexPartFacts[]): string {
  return `case when ${mayBeLong(parts)} then ${layOut(parts, leastOf)} end`;
}

/** SQL: at the most so long. NULL: it is short. */
function mostBytes(parts: readonly IndexPartFacts[]): string {
  return `case when ${mayBeLong(parts)} then ${layOut(parts, mostOf)} end`;
}

/** SQL: quick for short rows; the rest is measured in full. */
function mayBeLong(parts: readonly IndexPartFacts[]): string {
  const sizes = parts.map(({ sql, length }) =>
    length >= 0 ? String(length) : `coalesce(pg_catalog.pg_column_size(${sql}), 0)`,
  );
  const besides = LONGEST_OVERHEAD + parts.length * OVERHEAD_OF_PART;
  return `${[besides, ...sizes].join(' + ')} > ${MOST_BYTES}`;
}

/**
 * SQL: the parts one after the other, each where its type lets it stand; one that is NULL takes no room but in a
 * bitmap.
 */
function layOut(parts: readonly IndexPartFacts[], sizeOf: (part: IndexPartFacts) => string): string {
  const values = parts.map(({ sql }) => sql).join(', ');
  const header =
    parts.length > 1 ? [`case when pg_catalog.num_nulls(${values}) > 0 then ${NULL_BITMAP} else 0 end`] : [];
  const laid = parts.reduce((before, part, place) => {
    const size = sizeOf(part);
    if (place === 0) return size;
    const align = alignOf(part);
    return align === '1' ? `${before} + ${size}` : `(${before} + ${align} - 1) / (${align}) * (${align}) + ${size}`;
  }, '');
  return [HEADER, ...header, laid].join(' + ');
}

function alignOf(part: IndexPartFacts): string {
  const { sql, length, align } = part;
  if (align === 1) return '1';
  return `case when ${length >= 0 ? `${sql} is not null` : isLong(part)} then ${align} else 1 end`;
}

/** Of a text that is not compressed it is known; of what else is stored out of its row, the header is not counted. */
function mostOf(part: IndexPartFacts): string {
  const { sql, length, textual } = part;
  if (length >= 0) return `case when ${sql} is null then 0 else ${length} end`;
  const stored = `pg_catalog.pg_column_size(${sql}) + case when ${isLong(part)} then ${LONG_HEADER} else 0 end`;
  if (!textual) return `coalesce(${stored}, 0)`;
  const whole = `pg_catalog.octet_length(${sql}) + case when ${isLong(part)} then ${LONG_HEADER} else 1 end`;
  return `coalesce(case when pg_catalog.pg_column_compression(${sql}) is null then ${whole} else ${stored} end, 0)`;
}

/** SQL: the value has a header of four bytes. */
function isLong({ sql, textual, storage }: IndexPartFacts): string {
  if (storage === 'p') return `${sql} is not null`;
  return `pg_catalog.${textual ? 'octet_length' : 'pg_column_size'}(${sql}) > ${MOST_SHORT}`;
}

function leastOf(part: IndexPartFacts): string {
  const { sql, length, storage } = part;
  const most = mostOf(part);
  if (length >= 0) return most;
  if (storage === 'p' || storage === 'e') return most;
  const size = `pg_catalog.pg_column_size(${sql})`;
  const settled = `pg_catalog.pg_column_compression(${sql}) is not null`;
  // A column's own long value was tried when it was stored; an expression's is made again.
  const tried = sql.startsWith('"') && storage === 'x' ? `${settled} or ${size} > ${OUT_OF_LINE}` : settled;
  return `case when ${size} is null then 0 when ${size} <= ${NOT_COMPRESSED} then ${most} when ${tried} then ${most}
               else ${size} / ${BEST_RATIO} end`;
}
