import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';

export interface JudgeCase {
  readonly name: string;
  /** What is there before. */
  readonly there: string;
  readonly rule: Partial<UniqueKeyOptions>;
  /** Is what is there taken for the rule's index? */
  readonly accepted: boolean;
}

export const JUDGE_CASES: readonly JudgeCase[] = [
  { name: 'the same under another name', there: 'create unique index other on t (k)', rule: {}, accepted: true },
  { name: 'a UNIQUE constraint', there: 'alter table t add constraint other unique (k)', rule: {}, accepted: true },
  { name: 'with INCLUDE', there: 'create unique index other on t (k) include (v)', rule: {}, accepted: true },
  {
    name: 'descending, NULLS FIRST',
    there: 'create unique index other on t (k desc nulls first)',
    rule: {},
    accepted: true,
  },
  {
    name: 'its columns in another order',
    there: 'create unique index other on t ("N n", k)',
    rule: { key: ['k', '"N n"'] },
    accepted: true,
  },
  { name: 'not unique', there: 'create index other on t (k)', rule: {}, accepted: false },
  { name: 'more columns', there: 'create unique index other on t (k, v)', rule: {}, accepted: false },
  { name: 'fewer columns', there: 'create unique index other on t (k)', rule: { key: ['k', 'v'] }, accepted: false },
  {
    name: 'another operator class',
    there: 'create unique index other on t (k text_pattern_ops)',
    rule: {},
    accepted: false,
  },
  { name: 'another collation', there: 'create unique index other on t (k collate "C")', rule: {}, accepted: false },
  {
    name: 'another, non-deterministic collation',
    there: 'create unique index other on t (k collate ci)',
    rule: {},
    accepted: false,
  },
  {
    name: 'an expression under a non-deterministic collation',
    there: 'create unique index other on t (lower(k) collate ci)',
    rule: { key: [{ expression: 'lower(k)' }] },
    accepted: false,
  },
  {
    name: 'partial, where the rule is not',
    there: "create unique index other on t (k) where k <> ''",
    rule: {},
    accepted: false,
  },
  {
    name: 'whole, where the rule is partial',
    there: 'create unique index other on t (k)',
    rule: { where: 'active' },
    accepted: false,
  },
  {
    name: 'a predicate spelled otherwise',
    there: "create unique index other on t (v) where ((v)::text <> ''::text) and v is not null",
    rule: { key: ['v'], where: "v <> '' AND (v IS NOT NULL)" },
    accepted: true,
  },
  {
    name: 'a predicate of another meaning',
    there: "create unique index other on t (v) where v <> ''",
    rule: { key: ['v'], where: "v <> ' '" },
    accepted: false,
  },
  {
    name: 'active IS TRUE is not active',
    there: 'create unique index other on t (k) where active is true',
    rule: { where: 'active' },
    accepted: false,
  },
  {
    name: 'active = true is active',
    there: 'create unique index other on t (k) where active = true',
    rule: { where: 'active' },
    accepted: true,
  },
  {
    name: 'an expression spelled otherwise',
    there: 'create unique index other on t (lower((v)::text))',
    rule: { key: [{ expression: 'LOWER( v )' }] },
    accepted: true,
  },
  {
    name: 'an expression that is a column in parentheses',
    there: 'create unique index other on t (k)',
    rule: { key: [{ expression: '(k)' }] },
    accepted: true,
  },
  {
    name: 'NULLS NOT DISTINCT where the rule is distinct',
    there: 'create unique index other on t (k) nulls not distinct',
    rule: {},
    accepted: false,
  },
  {
    name: 'NULLS NOT DISTINCT on columns that cannot be NULL',
    there: 'create unique index other on t (not_null) nulls not distinct',
    rule: { key: ['not_null'] },
    accepted: true,
  },
  {
    name: 'distinct where the rule is NULLS NOT DISTINCT',
    there: 'create unique index other on t (k)',
    rule: { nulls: 'not distinct' },
    accepted: false,
  },
  {
    name: 'an exclusion constraint',
    there: 'alter table t add constraint other exclude using btree (k with =)',
    rule: {},
    accepted: false,
  },
];
