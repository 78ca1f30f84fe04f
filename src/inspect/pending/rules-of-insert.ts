import { readTable } from '../../catalog/read-table.ts';
import type { Ask, InsertParent } from '../../model/demand.ts';
import type { TableFacts } from '../../model/facts.ts';
import { quoted } from '../../model/name.ts';
import type { WrittenRows } from '../../model/pending.ts';
import type { Queryable, Statement } from '../../model/statement.ts';
import {
  countCollisions,
  countLost,
  countRefused,
  type MetIndex,
  type WrittenColumnType,
} from '../../sql/pending/inserted.ts';

type Insert = Extract<Ask, { kind: 'insert' }>;

/** What a table asks of a row that is inserted. */
export interface InsertRule {
  readonly kind: 'not-null' | 'check' | 'unique' | 'foreign-key';
  readonly sqlstate: string;
  readonly query: Statement;
  /** What is wrong with so many rows. */
  readonly said: (rows: string) => string;
}

interface InsertColumn extends WrittenColumnType {
  readonly notNull: boolean;
  readonly filled: boolean;
}

interface MetUnique extends MetIndex {
  readonly name: string;
  /** What it reads. */
  readonly columns: readonly string[];
}

interface Rows {
  readonly written: WrittenRows;
  readonly from: number;
}

/** The rules whose values are all known, in the order in which PostgreSQL asks them of a row. */
export async function rulesOfInsert(
  db: Queryable,
  ask: Insert,
  table: TableFacts | undefined,
  rows: Rows,
): Promise<readonly InsertRule[]> {
  const columns = columnsOf(ask, table);
  const isKnown = (names: readonly string[]): boolean => names.every((name) => isGiven(columns, rows.written, name));
  const typed = (names: readonly string[]) => ({
    ...rows,
    columns: columns.filter(({ name }) => names.includes(name)),
  });
  const notNull = columns
    .filter(({ name, notNull }) => notNull && isKnown([name]))
    .map(
      ({ name }): InsertRule => ({
        kind: 'not-null',
        sqlstate: '23502',
        query: countRefused(`${quoted(name)} is null`, typed([name])),
        said: (found) => `${found} where ${name} is NULL`,
      }),
    );
  const checks = checksOf(ask, table)
    .filter((each) => isKnown(each.columns))
    .map(
      ({ expression, columns: names }): InsertRule => ({
        kind: 'check',
        sqlstate: '23514',
        query: countRefused(`(${expression}) is false`, typed(names)),
        said: (found) => `${found} where ${expression} is false`,
      }),
    );
  const uniques = uniquesOf(ask, table)
    .filter((each) => isKnown(each.columns) && each.plain)
    .map(
      (each): InsertRule => ({
        kind: 'unique',
        sqlstate: '23505',
        query: countCollisions(each, typed(each.columns)),
        said: (found) => `${found} with a key that ${each.name} has already`,
      }),
    );
  const keys: InsertRule[] = [];
  for (const parent of ask.parents) {
    if (!isKnown(parent.columns)) continue;
    const query = await askParent(db, parent, typed(parent.columns), columns);
    const said = (found: string): string =>
      `${found} that ${found.startsWith('1 ') ? 'refers' : 'refer'} to no row, by ${parent.name}`;
    if (query) keys.push({ kind: 'foreign-key', sqlstate: '23503', query, said });
  }
  return [...notNull, ...checks, ...uniques, ...keys];
}

/** The columns with their types, by what earlier statements have made of them. */
export function columnsOf(ask: Insert, table: TableFacts | undefined): readonly InsertColumn[] {
  const required = new Set(
    ask.asked.flatMap((each) => {
      if (each.kind === 'not-null') return [each.column];
      if (each.kind !== 'unique' || each.as !== 'primary key') return [];
      return each.parts.flatMap((part) => ('column' in part ? [part.column] : []));
    }),
  );
  const present =
    table?.columns.map((each) => ({
      name: each.name,
      // A cast to a text of a length cuts off what an INSERT refuses.
      type: /char/i.test(each.type) ? each.plainType : each.type,
      notNull: each.notNull && !ask.nullable.includes(each.name),
      filled: each.filled,
    })) ?? [];
  const made = ask.made?.map(({ name, type, filled }) => ({ name, type: castOf(type), notNull: false, filled })) ?? [];
  return [...present, ...made].map((each) => ({
    ...each,
    notNull: each.notNull || required.has(each.name),
    filled: ask.filled[each.name] ?? each.filled,
  }));
}

function castOf(type: string): string {
  if (/^(?:small|big)?serial\d?$/i.test(type)) return 'bigint';
  return /^(?:character varying|varchar|character|char)\b(?!.*\[)/i.test(type) ? 'text' : type;
}

export function isFilled(columns: readonly InsertColumn[], name: string): boolean {
  return columns.some((each) => each.name === name && each.filled);
}

/** Every row says what the column holds, or leaves it NULL. */
function isGiven(columns: readonly InsertColumn[], { columns: written, rows }: WrittenRows, name: string): boolean {
  if (!columns.some((each) => each.name === name)) return false;
  const at = written.indexOf(name);
  return at === -1 ? !isFilled(columns, name) : rows.every((row) => row[at] !== undefined || !isFilled(columns, name));
}

function checksOf({ asked, named }: Insert, table: TableFacts | undefined) {
  const present = table?.checks.filter(({ name, wholeRow }) => named.includes(name) && !wholeRow) ?? [];
  const made = asked.flatMap((each) => {
    if (each.kind !== 'check' || !each.expression.rowwise) return [];
    return [{ expression: each.expression.text, columns: each.expression.uses.map(({ column }) => column) }];
  });
  return [...present, ...made];
}

/** Unique indexes of the table, and those that earlier statements make. */
export function uniquesOf(
  { asked, gone, empty }: Insert,
  table: TableFacts | undefined,
): readonly (MetUnique & { readonly plain: boolean })[] {
  const rows = table && !empty ? { table: table.table, partitioned: table.kind === 'partitioned' } : undefined;
  const present = (table?.indexes ?? [])
    .filter((each) => each.unique && each.valid && each.immediate && !gone.includes(each.name))
    .map(({ name, key, predicate, nullsNotDistinct, definition }) => {
      const text = [definition.slice(definition.indexOf('(')), predicate ?? ''].join(' ');
      const read = table?.columns.filter(
        (each) => key.some(({ column }) => column === each.name) || text.includes(each.name),
      );
      return {
        name,
        rows,
        key: key.map((part) => part.text),
        predicate,
        nullsNotDistinct,
        columns: read?.map((each) => each.name) ?? [],
        plain: predicate === undefined || key.every((part) => part.plain),
      };
    });
  const added = asked.flatMap((each) => {
    if (each.kind !== 'unique' || each.deferrable || each.where?.rowwise === false) return [];
    const parts = each.parts.flatMap((part) => {
      if ('column' in part) return [{ text: quoted(part.column), columns: [part.column] }];
      if (!('expression' in part) || !part.expression.rowwise) return [];
      return [{ text: part.expression.text, columns: part.expression.uses.map(({ column }) => column) }];
    });
    if (parts.length !== each.parts.length) return [];
    return [
      {
        name: each.name ?? 'the unique key',
        rows,
        key: parts.map(({ text }) => text),
        predicate: each.where?.text,
        nullsNotDistinct: each.nulls === 'not distinct',
        columns: [...parts.flatMap((part) => part.columns), ...(each.where?.uses ?? []).map(({ column }) => column)],
        plain: each.where === undefined || each.parts.every((part) => 'column' in part),
      },
    ];
  });
  return [...present, ...added];
}

async function askParent(
  db: Queryable,
  { table, columns: names, referenced: named, written, self, types }: InsertParent,
  rows: Rows & { readonly columns: readonly WrittenColumnType[] },
  own: readonly InsertColumn[],
): Promise<Statement | undefined> {
  const facts = table && (await readTable(db, table));
  const referenced = named.length === names.length ? named : (facts?.primaryKey ?? []);
  if (referenced.length !== names.length) return undefined;
  const columns = referenced.map((name) => ({
    name,
    type:
      types[name] === undefined
        ? (facts?.columns.find((each) => each.name === name)?.plainType ?? typeOf(own, name))
        : castOf(types[name]),
  }));
  const before = self ? rows.written : written;
  if (columns.some(({ type }) => type === '') || (before && !isWritten(before, referenced))) return undefined;
  return countLost(
    {
      rows: table && { table, partitioned: facts?.kind === 'partitioned' },
      columns: names,
      referenced,
      written: before && { written: before, columns },
    },
    rows,
  );
}

function typeOf(own: readonly InsertColumn[], name: string): string {
  return own.find((each) => each.name === name)?.type ?? '';
}

/** No default gives the key of a row: which one is not known. */
function isWritten({ columns, rows }: WrittenRows, names: readonly string[]): boolean {
  return names.every((name) => {
    const at = columns.indexOf(name);
    return at !== -1 && rows.every((row) => row[at] !== undefined);
  });
}
