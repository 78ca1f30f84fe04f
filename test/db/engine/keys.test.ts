import { beforeEach, describe, expect, test } from 'vitest';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  expectSecondRunDoesNothing,
  makeRule,
  readImages,
  takeTurns,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** A key, the type of its columns, and rows: the index itself is the oracle of which of them are copies. */
interface KeyCase {
  readonly name: string;
  /** Run before the table is made. */
  readonly prepare?: string;
  /** Column definitions besides `id`. */
  readonly columns: string;
  /** VALUES lists of those columns. */
  readonly rows: readonly string[];
  readonly key: UniqueKeyOptions['key'];
  readonly where?: string;
  readonly nulls?: UniqueKeyOptions['nulls'];
  /** CREATE INDEX's columns, and what follows them. */
  readonly index: string;
  /** Ids that remain, so that a case cannot become empty unnoticed. */
  readonly kept: readonly number[];
}

const CASES: readonly KeyCase[] = [
  {
    name: 'an expression: case is folded',
    columns: 'email text',
    rows: ["('a@x')", "('A@X')", "('b@x')", '(null)', '(null)'],
    key: [{ expression: 'lower(email)' }],
    index: '(lower(email))',
    kept: [1, 3, 4, 5],
  },
  {
    name: 'an expression and a column, with a predicate over a third',
    columns: 'email text, tenant int, deleted_at timestamptz',
    rows: [
      "('a', 1, null)",
      "('A', 1, null)",
      "('a', 2, null)",
      "('a', 1, now())",
      "('a', 1, now())",
      "('A', 2, null)",
    ],
    key: ['tenant', { expression: 'lower(email)' }],
    where: 'deleted_at IS NULL',
    index: '(tenant, lower(email)) where deleted_at is null',
    kept: [1, 3, 4, 5],
  },
  {
    name: 'a predicate that NULL does not fulfil',
    columns: 'k text, active boolean',
    rows: ["('a', true)", "('a', true)", "('a', null)", "('a', null)", "('a', false)"],
    key: ['k'],
    where: 'active',
    index: '(k) where active',
    kept: [1, 3, 4, 5],
  },
  {
    name: 'NULLs distinct: rows with a NULL in any key column are no copies',
    columns: 'a int, b int',
    rows: ['(1, null)', '(1, null)', '(null, null)', '(null, null)', '(1, 1)', '(1, 1)'],
    key: ['a', 'b'],
    index: '(a, b)',
    kept: [1, 2, 3, 4, 5],
  },
  {
    name: 'NULLS NOT DISTINCT: NULL groups are groups',
    columns: 'a int, b int',
    rows: ['(1, null)', '(1, null)', '(null, null)', '(null, null)', '(null, 1)', '(1, 1)', '(1, 1)'],
    key: ['a', 'b'],
    nulls: 'not distinct',
    index: '(a, b) nulls not distinct',
    kept: [1, 3, 5, 6],
  },
  {
    name: 'citext',
    prepare: 'create extension citext',
    columns: 'k citext',
    rows: ["('Straße')", "('STRASSE')", "('Abc')", "('aBC')", "('abc ')"],
    key: ['k'],
    index: '(k)',
    kept: [1, 2, 3, 5],
  },
  {
    name: 'citext in a schema that is not in the search path',
    prepare: 'create schema extensions; create extension citext schema extensions',
    columns: 'k extensions.citext',
    rows: ["('Abc')", "('aBC')", "('abd')"],
    key: ['k'],
    index: '(k)',
    kept: [1, 3],
  },
  {
    name: 'char(n): padding does not count',
    columns: 'k char(5), v varchar(5)',
    rows: ["('ab', 'ab')", "('ab  ', 'ab')", "('ab', 'ab ')", "('', '')", "('   ', '')"],
    key: ['k', 'v'],
    index: '(k, v)',
    kept: [1, 3, 4],
  },
  {
    name: 'numeric: scale does not count, NaN equals NaN, infinities',
    columns: 'k numeric',
    rows: [
      '(1.0)',
      '(1.00)',
      '(1)',
      "('NaN')",
      "('nan')",
      "('infinity')",
      "('Infinity')",
      "('-infinity')",
      '(0)',
      '(-0.0)',
    ],
    key: ['k'],
    index: '(k)',
    kept: [1, 4, 6, 8, 9],
  },
  {
    name: 'float8: -0 equals 0, NaN equals NaN',
    columns: 'k float8',
    rows: ["('-0')", '(0)', "('NaN')", "('-nan')", '(1e-320)', '(1e-320)', "('infinity')", "('infinity')"],
    key: ['k'],
    index: '(k)',
    kept: [1, 3, 5, 7],
  },
  {
    name: 'float4 beside float8',
    columns: 'a float4, b float8',
    rows: ['(0.1, 0.1)', '(0.1, 0.1::float4)', '(0.1, 0.1)'],
    key: ['a', 'b'],
    index: '(a, b)',
    kept: [1, 2],
  },
  {
    name: 'a non-deterministic collation',
    prepare: `create collation ci (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`,
    columns: 'k text collate ci',
    rows: ["('résumé')", "('RESUME')", "('resumes')", "('Resumé')"],
    key: ['k'],
    index: '(k)',
    kept: [1, 3],
  },
  {
    name: 'bit and varbit, which have no hash function',
    columns: 'a bit(3), b bit varying',
    rows: ["('101', '1')", "('101', '1')", "('101', '10')", "('101', '')"],
    key: ['a', 'b'],
    index: '(a, b)',
    kept: [1, 3, 4],
  },
  {
    name: 'money and tsvector',
    columns: 'a money, b tsvector',
    rows: ["(1.5, 'a b')", "('1.50', 'b a a')", "(1.5, 'a')"],
    key: ['a', 'b'],
    index: '(a, b)',
    kept: [1, 3],
  },
  {
    name: 'arrays, with NULL elements and other lower bounds',
    columns: 'k int[]',
    rows: [
      "('{1,2}')",
      "('{1,2}')",
      "('{2,1}')",
      "('{1,NULL}')",
      "('{1,NULL}')",
      "('{}')",
      "('{}')",
      "('[2:3]={1,2}')",
    ],
    key: ['k'],
    index: '(k)',
    kept: [1, 3, 4, 6, 8],
  },
  {
    name: 'ranges and multiranges: the same after canonicalisation',
    columns: 'a int4range, b nummultirange',
    rows: [
      "('[1,3]', '{[1,2]}')",
      "('[1,4)', '{[1.0,2.00]}')",
      "('empty', '{}')",
      "('[5,5)', '{}')",
      "('[1,4)', '{}')",
    ],
    key: ['a', 'b'],
    index: '(a, b)',
    kept: [1, 3, 5],
  },
  {
    name: 'an enum',
    prepare: `create type mood as enum ('sad', 'ok')`,
    columns: 'k mood',
    rows: ["('ok')", "('sad')", "('ok')", '(null)', '(null)'],
    key: ['k'],
    nulls: 'not distinct',
    index: '(k) nulls not distinct',
    kept: [1, 2, 4],
  },
  {
    name: 'domains, NOT NULL and over citext',
    prepare: `create extension citext; create domain must as text not null; create domain email as citext check (value <> '')`,
    columns: 'a must, b email',
    rows: ["('x', 'A')", "('x', 'a')", "('X', 'a')"],
    key: ['a', 'b'],
    index: '(a, b)',
    kept: [1, 3],
  },
  {
    name: 'uuid, bytea, jsonb',
    columns: 'a uuid, b bytea, c jsonb',
    rows: [
      `('{00000000-0000-0000-0000-00000000000A}', '\\x00ff', '{"b": 1.0, "a": null}')`,
      `('00000000-0000-0000-0000-00000000000a', '\\x00FF', '{"a":null,"b":1.00}')`,
      `('00000000-0000-0000-0000-00000000000a', '\\x00ff00', '{"a":null,"b":1.00}')`,
    ],
    key: ['a', 'b', 'c'],
    index: '(a, b, c)',
    kept: [1, 3],
  },
  {
    name: 'a composite type with a NULL field: not a NULL',
    prepare: 'create type point2 as (x int, y int)',
    columns: 'k point2',
    rows: [
      '(row(1, null))',
      '(row(1, null))',
      '(row(null, null))',
      '(row(null, null))',
      '(null)',
      '(null)',
      '(row(1, 1))',
    ],
    key: ['k'],
    index: '(k)',
    kept: [1, 3, 5, 6, 7],
  },
  {
    name: 'timestamps: infinity, and one instant in two zones',
    columns: 'a timestamptz, b timestamp',
    rows: [
      "('infinity', '-infinity')",
      "('infinity', '-infinity')",
      "('2024-01-01 00:00+00', '2024-01-01')",
      "('2024-01-01 01:00+01', '2024-01-01 00:00')",
      "('2024-01-01 00:00:00.000001+00', '2024-01-01')",
    ],
    key: ['a', 'b'],
    index: '(a, b)',
    kept: [1, 3, 5],
  },
  {
    name: 'inet, macaddr, interval: 1 day equals 24 hours',
    columns: 'a inet, b interval',
    rows: [
      "('10.0.0.1', '1 day')",
      "('10.0.0.1/32', '24 hours')",
      "('10.0.0.1/24', '1 day')",
      "('10.0.0.1', '30 days')",
      "('10.0.0.1', '1 mon')",
    ],
    key: ['a', 'b'],
    index: '(a, b)',
    kept: [1, 3, 4],
  },
  {
    name: 'a composite key of many columns, one of them an expression with a constant',
    columns: 'a int, b text, c date, d boolean, e "char"',
    rows: [
      "(1, null, '2024-01-01', true, 'x')",
      "(1, '', '2024-01-01', true, 'x')",
      "(1, '', '2024-01-01', false, 'x')",
      "(1, '', '2024-01-01', true, 'y')",
    ],
    key: ['a', { expression: "coalesce(b, '')" }, 'c', 'd', 'e'],
    index: "(a, coalesce(b, ''), c, d, e)",
    kept: [1, 3, 4],
  },
  {
    name: 'a generated column',
    columns: 'email text, folded text generated always as (lower(email)) stored',
    rows: ["('A')", "('a')", "('b')"],
    key: ['folded'],
    index: '(folded)',
    kept: [1, 3],
  },
  {
    name: 'columns with the names of msgdb own columns, aliases and functions',
    columns:
      't int, grp int, rank int, tab int, tid int, k1 int, s int, l int, c int, r int, copies int, value int, count int',
    rows: [
      '(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)',
      '(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)',
      '(2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)',
    ],
    key: ['t', 'grp', 'rank', 'tab', 'tid', 'k1', 's', { expression: 'l + c + r + copies' }],
    where: 'value + count > 0',
    index: '(t, grp, rank, tab, tid, k1, s, (l + c + r + copies)) where value + count > 0',
    kept: [1, 3],
  },
];

describe('copies are the rows the index would reject:', () => {
  test.each(takeTurns(CASES))('$name ($strategy)', async (each) => {
    const { sql } = db;
    await sql.unsafe(each.prepare ?? '');
    const names = each.columns
      .replaceAll(/\([^()]*\)/g, '')
      .split(',')
      .filter((one) => !/generated/.test(one));
    const list = names.map((one) => one.trim().split(' ')[0]).join(', ');
    await sql.unsafe(`create table t_case (id int generated always as identity primary key, ${each.columns})`);
    await sql.unsafe(`insert into t_case (${list}) values ${each.rows.join(', ')}`);
    const before = await readImages(sql);

    // The oracle: rows enter in survivor order, and the index says which are copies.
    await sql.unsafe(
      `begin; create table oracle (like t_case including generated); create unique index on oracle ${each.index}`,
    );
    for (let id = 1; id <= each.rows.length; id += 1) {
      await sql.unsafe(
        `insert into oracle (id, ${list}) select id, ${list} from t_case where id = ${id} on conflict do nothing`,
      );
    }
    const kept = await column(sql, 'select id from oracle order by id');
    await sql.unsafe('rollback');
    expect(kept.map(Number)).toEqual(each.kept);

    const { key, where, nulls, strategy } = each;
    const rule = {
      table: 't_case',
      key,
      ...(where ? { where } : {}),
      ...(nulls ? { nulls } : {}),
      index: 'the_rule',
      keep: ['id asc'],
    };
    const project = await makeRule(db, rule, { strategy });
    expectOk(await project.migrate());
    expect(await column(sql, 'select id from t_case order by id')).toEqual(kept);
    expectOk(await project.verify());
    await expectNoDebris(sql);
    await expectSecondRunDoesNothing(sql, project);
    await expectExactUndo(sql, project, before);
  });
});
