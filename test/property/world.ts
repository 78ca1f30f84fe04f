import type postgres from 'postgres';
import type { MergeStrategy, Reference } from '../../src/model/operations/common.ts';
import type { Operation } from '../../src/model/operations/index.ts';
import { uniqueKey } from '../../src/model/operations/unique-key.ts';
import type { Case, Child, Keep } from './case.ts';
import { type Content, contentOf, type Row, uniqueColumns } from './content.ts';

const CHILD_COLUMNS: Readonly<Record<Child['kind'], string>> = {
  'foreign-key': 'p_id int',
  'two keys': 'a_id int, b_id int',
  self: '',
  soft: 'p_id int',
  'soft text': 'p_id text',
  array: 'p_ids int[]',
  polymorphic: 'kind text, p_id int',
};

/** SQL that makes the tables of a case and fills them; their names end in its place. */
export function buildSql(each: Case, place: number): string {
  const content = contentOf(each);
  const table = `t${place}`;
  const keys = each.key.map(({ type }, at) => `k${at + 1} ${type.type}, `).join('');
  const primary = { 'primary key': `, primary key (${each.partitioned ? 'part, ' : ''}id)` }[String(each.identity)];
  const statements = [
    `create table ${table} (${each.partitioned ? 'part int, ' : ''}id int, ${keys}v int, w int, txt text, flag boolean,
       live boolean ${primary ?? ''})${each.partitioned ? ' partition by list (part)' : ''}`,
    ...(each.partitioned
      ? [
          `create table ${table}_1 partition of ${table} for values in (0, 1)`,
          `create table ${table}_2 partition of ${table} default`,
        ]
      : []),
  ];
  for (const child of each.children.filter(({ kind }) => kind === 'self')) {
    statements.push(
      `alter table ${table} add parent_id int references ${table} on delete ${child.onDelete} deferrable initially deferred`,
    );
  }
  statements.push(...insertSql(table, content.t ?? []));
  each.children.forEach((child, at) => {
    if (child.kind === 'self') return;
    statements.push(
      ...childSql(each, child, `c${at}_${place}`, table),
      ...insertSql(`c${at}_${place}`, content[`c${at}`] ?? []),
    );
    if (!child.grandchildren) return;
    statements.push(
      `create table g${at}_${place} (id int primary key, c_id int references c${at}_${place} on delete cascade)`,
      ...insertSql(`g${at}_${place}`, content[`g${at}`] ?? []),
    );
  });
  return statements.join(';\n');
}

function childSql(each: Case, child: Child, name: string, table: string): readonly string[] {
  const part = each.partitioned ? 'part int, ' : '';
  const foreign = {
    'foreign-key': [each.partitioned ? '(part, p_id)' : '(p_id)'],
    'two keys': ['(a_id)', '(b_id)'],
  }[child.kind as string];
  const constraints = (foreign ?? []).map(
    (columns) => `, foreign key ${columns} references ${table} on delete ${child.onDelete}`,
  );
  const primary = child.partitioned ? '(id, p_id)' : '(id)';
  const unique = uniqueColumns(child, each.partitioned).join(', ');
  return [
    `create table ${name} (id int, ${part}${CHILD_COLUMNS[child.kind]}, name int, note text, primary key ${primary}
       ${constraints.join('')})${child.partitioned ? ' partition by hash (p_id)' : ''}`,
    ...(child.partitioned
      ? [0, 1].map(
          (rest) => `create table ${name}_${rest} partition of ${name} for values with (modulus 2, remainder ${rest})`,
        )
      : []),
    ...(child.unique === 'none'
      ? []
      : [`create unique index on ${name} (${unique}) nulls ${child.unique === 'distinct' ? '' : 'not '}distinct`]),
  ];
}

function insertSql(table: string, rows: readonly Row[]): readonly string[] {
  const [first] = rows;
  if (!first) return [];
  const columns = Object.keys(first);
  const values = rows.map((row) => `(${columns.map((column) => literal(row[column] ?? null)).join(', ')})`);
  return [`insert into ${table} (${columns.join(', ')}) values ${values.join(', ')}`];
}

function literal(value: string | null): string {
  return value === null ? 'null' : `'${value.replaceAll("'", "''")}'`;
}

/** The rule of a case, as a user would declare it. */
export function ruleOf(each: Case, place: number): Operation {
  const { predicate } = each;
  const table = `t${place}`;
  const references = each.children.flatMap((child, at) => referenceOf(each, child, `c${at}_${place}`));
  return uniqueKey({
    table,
    key: [
      ...(each.partitioned ? ['part'] : []),
      ...each.key.map(({ form }, at) => {
        const column = `k${at + 1}`;
        if (form === 'column') return column;
        return { expression: form === 'folded' ? `lower(${column})` : `coalesce(${column}, '')` };
      }),
    ],
    nulls: each.nulls,
    index: `${table}_wanted`,
    keep: each.keep.map(keepTerm),
    merge: mergesOf(each),
    agree: each.agree ? ['txt'] : [],
    references,
    losers: losersOf(each),
    limit: { share: 1 },
    ...(predicate === 'none' ? {} : { where: predicate }),
  });
}

function mergesOf({ merge }: Case): Readonly<Record<string, MergeStrategy>> {
  return Object.fromEntries(Object.entries(merge).flatMap(([column, how]) => (how ? [[column, how]] : [])));
}

function keepTerm(term: Keep) {
  if ('ranking' in term) return { column: 'txt', ranking: term.ranking };
  return `${term.column}${term.descending ? ' desc' : ''}${term.nullsFirst ? ' nulls first' : ''}`;
}

function losersOf({ losers }: Case) {
  if (losers === 'set live') return { set: { live: false } };
  return losers === 'set null' ? { set: { k1: null } } : losers;
}

function referenceOf(each: Case, { kind, onCollision }: Child, table: string): readonly Reference[] {
  const composite = each.partitioned ? { columns: ['part', 'p_id'] } : undefined;
  const to = each.identity === 'none' ? { to: ['id'] } : {};
  switch (kind) {
    case 'self':
      return [];
    case 'two keys':
      return ['a_id', 'b_id'].map((column) => ({ table, column, onCollision }));
    case 'foreign-key':
      return [{ table, ...(composite ?? { column: 'p_id' }), onCollision }];
    case 'array':
      return [{ table, column: 'p_ids', kind, ...to }];
    case 'polymorphic':
      return [{ table, column: 'p_id', kind, type: { column: 'kind', value: 't' }, onCollision, ...to }];
    default:
      return [{ table, ...(composite ?? { column: 'p_id' }), kind: 'soft' as const, onCollision, ...to }];
  }
}

/** A row and where it lies: who wrote it, and in which place. */
export interface Placed {
  readonly row: Row;
  readonly place: string;
}

/** Reads all tables of the cases at once, by their names in the database. */
export async function readAll(
  sql: postgres.Sql,
  cases: readonly Case[],
): Promise<Readonly<Record<string, readonly Placed[]>>> {
  const selects = cases.flatMap((each, place) =>
    Object.entries(contentOf(each)).map(([name, rows]) => {
      const table = tableName(name, place);
      const columns = Object.keys(rows[0] ?? {}).map((column) => `'${column}', ${column}::text`);
      return `select '${table}' as name, coalesce(jsonb_agg(jsonb_build_object('row', jsonb_build_object(${columns.join(', ')}),
                'place', concat_ws(' ', tableoid, ctid, xmin))), '[]') as rows from ${table}`;
    }),
  );
  const tables = await sql.unsafe<{ name: string; rows: readonly Placed[] }[]>(selects.join('\nunion all\n'));
  return Object.fromEntries(tables.map(({ name, rows }) => [name, rows]));
}

/** `t` of the third case is `t2`, `c0` is `c0_2`. */
export function tableName(name: keyof Content & string, place: number): string {
  return name === 't' ? `t${place}` : `${name}_${place}`;
}
