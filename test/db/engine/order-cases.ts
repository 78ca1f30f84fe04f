import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';

/** A group, a survivor order, and whom it chooses. */
export interface OrderCase {
  readonly name: string;
  readonly columns: string;
  /** VALUES of one group; the id is the row's number. */
  readonly rows: readonly string[];
  readonly keep: NonNullable<UniqueKeyOptions['keep']>;
  readonly survivor: number;
}

export const ORDER_CASES: readonly OrderCase[] = [
  { name: 'nothing said: the smallest primary key', columns: 'v int', rows: ['(3)', '(1)'], keep: [], survivor: 1 },
  { name: 'ascending', columns: 'v int', rows: ['(3)', '(1)', '(2)'], keep: ['v'], survivor: 2 },
  { name: 'descending', columns: 'v int', rows: ['(3)', '(5)', '(2)'], keep: ['v desc'], survivor: 2 },
  {
    name: 'NULLs last, descending too',
    columns: 'v int',
    rows: ['(null)', '(5)', '(7)'],
    keep: ['v DESC'],
    survivor: 3,
  },
  {
    name: 'NULLs first when said',
    columns: 'v int',
    rows: ['(5)', '(null)'],
    keep: ['v desc nulls first'],
    survivor: 2,
  },
  {
    name: 'a tie goes to the next term, then to the primary key',
    columns: 'v int, w int',
    rows: ['(1, 2)', '(2, 3)', '(2, 3)', '(2, 1)'],
    keep: ['v desc', 'w desc'],
    survivor: 2,
  },
  {
    name: 'an expression',
    columns: 'v text',
    rows: ["('aaa')", "('b')", "('cc')"],
    keep: ['length(v) asc'],
    survivor: 2,
  },
  {
    name: 'a boolean expression with a string that looks like a direction',
    columns: 'v text',
    rows: ["('asc')", "('nulls last')"],
    keep: ["v = 'nulls last' desc"],
    survivor: 2,
  },
  {
    name: 'an expression over json',
    columns: 'v jsonb',
    rows: [`('{"n": 1}')`, `('{"n": 10}')`, `('{"n": 9}')`, "('{}')"],
    keep: ["(v ->> 'n')::int desc"],
    survivor: 2,
  },
  {
    name: 'a ranking, of text',
    columns: 'v text',
    rows: ['(null)', "('odd')", "('free')", "('it''s paid')"],
    keep: [{ column: 'v', ranking: ["it's paid", 'free'] }],
    survivor: 4,
  },
  {
    name: 'a ranking where no value is known: the next term decides',
    columns: 'v text, w int',
    rows: ["('x', 1)", "('y', 2)"],
    keep: [{ column: 'v', ranking: ['a'] }, 'w desc'],
    survivor: 2,
  },
  {
    name: 'the most columns that are not NULL, then the next term',
    columns: 'v text, w int, doc json',
    rows: ['(null, 1, null)', "('', null, '{}')", "('a', 2, null)", '(null, null, null)'],
    keep: ['most complete', 'w desc'],
    survivor: 3,
  },
  {
    name: 'the most of these columns that are not NULL',
    columns: 'v text, w int, doc json',
    rows: ["('a', 2, null)", "(null, null, '{}')"],
    keep: [{ most: 'complete', of: ['doc'] }],
    survivor: 2,
  },
  {
    name: 'a column that is named most',
    columns: 'most int, complete int',
    rows: ['(1, 2)', '(2, 1)'],
    keep: ['most desc', 'complete'],
    survivor: 2,
  },
  {
    name: 'infinity and NaN have their place',
    columns: 'v float8',
    rows: ["('infinity')", "('NaN')", '(1)'],
    keep: ['v desc'],
    survivor: 2,
  },
];
