import type { KeyCase } from './key-case.ts';

const MOST = Array.from({ length: 32 }, (_, place) => `c${place + 1}`);

/** Keys by what they are made of: columns, expressions, predicates, NULLs. */
export const KEY_SHAPE_CASES: readonly KeyCase[] = [
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
    name: 'a key of 32 columns, the most that an index of PostgreSQL takes',
    columns: MOST.map((name) => `${name} int`).join(', '),
    rows: [
      `(${MOST.map(() => 1).join(', ')})`,
      `(${MOST.map(() => 1).join(', ')})`,
      `(${MOST.map((_, place) => (place === MOST.length - 1 ? 2 : 1)).join(', ')})`,
      `(${MOST.map((_, place) => (place === 0 ? 'null' : 1)).join(', ')})`,
      `(${MOST.map((_, place) => (place === 0 ? 'null' : 1)).join(', ')})`,
    ],
    key: MOST,
    index: `(${MOST.join(', ')})`,
    kept: [1, 3, 4, 5],
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
