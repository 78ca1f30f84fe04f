/** A type that keys have, with values in PostgreSQL's own notation. */
export interface KeyType {
  readonly type: string;
  /** Each value, and what it is equal to: values with one label are one key to the type's default btree. */
  readonly values: readonly (readonly [text: string, label: string])[];
}

const same = (...texts: readonly string[]): KeyType['values'] => texts.map((text) => [text, text]);

/** Types that nobody has made are declared in `TYPES_SQL`. */
export const KEY_TYPES: readonly KeyType[] = [
  { type: 'integer', values: same('0', '1', '-2') },
  { type: 'bigint', values: same('0', '9223372036854775807', '-1') },
  { type: 'text', values: same('a', 'A', '', ' a') },
  {
    type: 'citext',
    values: [
      ['a', 'a'],
      ['A', 'a'],
      ['ß', 'ß'],
      ['b', 'b'],
    ],
  },
  {
    type: 'text collate no_case',
    values: [
      ['a', 'a'],
      ['A', 'a'],
      ['é', 'é'],
      ['É', 'é'],
      ['', ''],
    ],
  },
  { type: 'character(3)', values: same('a', 'A', 'ab') },
  {
    type: 'numeric',
    values: [
      ['1', '1'],
      ['1.0', '1'],
      ['1.00', '1'],
      ['NaN', 'NaN'],
      ['0', '0'],
    ],
  },
  {
    type: 'double precision',
    values: [
      ['0', '0'],
      ['-0', '0'],
      ['NaN', 'NaN'],
      ['Infinity', 'Infinity'],
    ],
  },
  {
    type: 'timestamp with time zone',
    values: same('2024-01-01 00:00:00+00', 'infinity', '2024-01-01 00:00:00.000001+00'),
  },
  { type: 'date', values: same('2024-01-01', '-infinity', '2024-02-29') },
  {
    type: 'interval',
    values: [
      ['1 mon', '30 d'],
      ['30 days', '30 d'],
      ['720:00:00', '30 d'],
      ['1 day', '1 d'],
    ],
  },
  { type: 'uuid', values: same('00000000-0000-0000-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff') },
  { type: 'boolean', values: same('true', 'false') },
  { type: 'bit(3)', values: same('101', '111') },
  { type: 'bit varying', values: same('1', '10', '') },
  { type: 'bytea', values: same('\\x', '\\x00', '\\x0000') },
  { type: 'integer[]', values: same('{1,2}', '{2,1}', '{}', '{NULL}') },
  {
    type: 'numeric[]',
    values: [
      ['{1.0}', '{1}'],
      ['{1}', '{1}'],
      ['{1,1}', '{1,1}'],
    ],
  },
  {
    type: 'jsonb',
    values: [
      ['{"a": 1}', 'a1'],
      ['{"a": 1.0}', 'a1'],
      ['null', 'null'],
      ['[]', '[]'],
    ],
  },
  { type: 'int4range', values: same('[1,3)', 'empty', '(,)') },
  { type: 'inet', values: same('10.0.0.1/32', '10.0.0.0/8', '::1/128') },
  { type: 'pair', values: same('(1,)', '(1,a)', '(,)') },
  { type: 'short', values: same('a', 'A', 'b') },
  { type: 'mood', values: same('glad', 'sad') },
];

export const TYPES_SQL = `
  create extension if not exists citext;
  create collation no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  create type pair as (a integer, b text);
  create domain short as text check (length(value) < 4);
  create type mood as enum ('sad', 'glad');`;
