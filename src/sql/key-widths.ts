import type { Key } from '../model/dedupe.ts';
import type { IndexPartFacts, TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from './quote.ts';
import { covered, rowsOf } from './relation.ts';
import { partSql } from './terms.ts';

/** A third of a page less its header (BTMaxItemSize of 8 kB pages, 12 and newer): a larger index row is refused (54000). */
export const MOST_BYTES = 2704;
/** Up to here an index stores a value as it is (TOAST_INDEX_TARGET); longer ones it compresses. */
const NOT_COMPRESSED = 510;
/** A longer value does not stay in its row: it has been compressed there as well as it can be, and keeps no header. */
const OUT_OF_LINE = 2032;
const HEADER = 8;
const NULL_BITMAP = 8;
const ALIGNMENT = 7;
/** No method makes more of one byte: pglz 87, lz4 255. */
const BEST_RATIO = 255;

/**
 * Counts the rows a rule covers and, in the same read, measures the index rows of all that the index would hold: the
 * longest at the least and at the most (a value that is not compressed yet may be so in the index), and how many are too
 * long in any case.
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
             to_jsonb(array[${bytes.join(', ')}]::text[]) as bytes
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

/** SQL: the row is in the index at least so long: what is compressed already, or will not be. */
function leastBytes(parts: readonly IndexPartFacts[]): string {
  return [HEADER, ...parts.map(leastOf)].join(' + ');
}

/** SQL: at the most so long. */
function mostBytes(parts: readonly IndexPartFacts[]): string {
  const padding = parts.length > 1 ? [NULL_BITMAP + ALIGNMENT * (parts.length - 1)] : [];
  return [HEADER, ...padding, ...parts.map(mostOf)].join(' + ');
}

function mostOf({ sql, length }: IndexPartFacts): string {
  if (length >= 0) return String(length);
  const size = `pg_catalog.pg_column_size(${sql})`;
  return `case when ${size} > ${OUT_OF_LINE} then ${size} + 4 else coalesce(${size}, 0) end`;
}

function leastOf(part: IndexPartFacts): string {
  const { sql, length, storage } = part;
  if (length >= 0) return '0';
  const most = mostOf(part);
  if (storage === 'p' || storage === 'e') return most;
  const size = `pg_catalog.pg_column_size(${sql})`;
  const settled = `pg_catalog.pg_column_compression(${sql}) is not null`;
  // A column's own long value was tried when it was stored; an expression's is made anew.
  const tried = sql.startsWith('"') && storage === 'x' ? `${settled} or ${size} > ${OUT_OF_LINE}` : settled;
  return `case when ${size} is null then 0 when ${size} <= ${NOT_COMPRESSED} then ${size} when ${tried} then ${most}
               else ${size} / ${BEST_RATIO} end`;
}
