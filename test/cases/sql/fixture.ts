import type { Dedupe, Key, PlannedDedupe } from '../../../src/model/dedupe.ts';
import type { IndexPartFacts, OperationFacts } from '../../../src/model/facts.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { IndexBuild } from '../../../src/model/plan.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { absorbLosers } from '../../../src/sql/dedupe/absorb.ts';
import { lockAndRank, rankedTable } from '../../../src/sql/dedupe/rank.ts';
import { stageGroups } from '../../../src/sql/dedupe/stage.ts';
import { createArchive, createHistorySchema, openRun } from '../../../src/sql/history-schema.ts';
import { archiveTable } from '../../../src/sql/relation.ts';
import { factsOf, foreignKey, index, table } from '../../support/table-facts.ts';
import type { Sent } from './sql-case.ts';

/**
 * Tables of a user's, and their rows: copies by `k` are 1 and 2 (k = 1), and 4, 5 and 6 (k = 3). `child` refers to `t`, once
 * each, and may refer to a row of `t` once only within `n`.
 */
export const TABLES = `
  create table t (id integer primary key, k integer, v integer);
  insert into t values (1, 1, null), (2, 1, 20), (3, 2, 30), (4, 3, 40), (5, 3, 40), (6, 3, 60), (7, null, 70);
  create table child (id integer primary key, t_id integer references t, n integer, unique (t_id, n));
  insert into child values (10, 1, 1), (11, 2, 1), (12, 2, 2), (13, 3, 1), (14, 6, 3);
  create table parted (id integer, k integer) partition by list (k);
  create table parted_1 partition of parted for values in (1);
  create table parted_2 partition of parted for values in (2);
  insert into parted values (1, 1), (2, 2);
  create table texts (id integer primary key, body text, at timestamptz);
  alter table texts alter column body set storage external;
  insert into texts select i, repeat(md5(i::text), i), timestamptz '2026-01-01' + i * interval '1 hour' from generate_series(1, 90) i;
  create function noted() returns trigger language plpgsql as 'begin return new; end';
  analyze t, child, texts`;

const CHILD = table('child', ['t_id', 'n'], {
  oid: 2,
  shape: '8253797267732026078',
  indexes: [index('child_pkey', ['id'], { primary: true }), index('child_t_id_n_key', ['t_id', 'n'])],
});

export const FACTS: OperationFacts = factsOf(
  table('t', ['k', 'v'], {
    shape: '4426611989729726050',
    referencedBy: [foreignKey('child', ['t_id'], { name: 'child_t_id_fkey' })],
  }),
  [CHILD],
);

/** A rule on `t (k)`, resolved. */
export function ruleOf(more: Partial<UniqueKeyOptions> = {}) {
  return resolveRule(uniqueKey({ table: 't', key: ['k'], ...more }), FACTS);
}

/** The same, as a plan has it. */
export function planned(more: Partial<UniqueKeyOptions> = {}): PlannedDedupe {
  return { ...ruleOf(more).dedupe, limit: 100 };
}

export const RULE = ruleOf();
export const DEDUPE: Dedupe = RULE.dedupe;
export const KEY: Key = { ...RULE.key, grouping: 'hash' };
export const BY_INDEX: Key = { ...KEY, grouping: 'index' };
export const BY_SORTING: Key = { ...KEY, grouping: 'sort' };
export const BUILD: IndexBuild = { ...RULE.build, name: 't_k_key' };

/** Of k = 1, 2 and 3, as PostgreSQL hashes a row with one integer. */
export const HASHES = '{-3670598878359251130,3647684041653542134,-6566953864026435689}';

export const T = { schema: 'public', name: 't' };
export const T_IMAGE = DEDUPE.image;
export const CHILD_IMAGE = (DEDUPE.references[0] ?? { child: T_IMAGE }).child;
export const RANKED = rankedTable(0);
export const ORIGIN = { runId: 'run', migration: '0001-once', operation: 0 };

export const TEXTS = { schema: 'public', name: 'texts' };
export const BODY: Key = { ...KEY, table: TEXTS, columns: [{ column: 'body' }] };
export const BODY_PARTS: readonly IndexPartFacts[] = [
  {
    sql: '"body"',
    type: 'text',
    length: -1,
    align: 4,
    storage: 'e',
    textual: true,
    virtual: false,
    hasClass: true,
    hashFunction: null,
  },
];

/** What msgdb has made before: its history, archives of both tables, and a run. */
export const HISTORY: readonly Sent[] = [
  ...createHistorySchema(),
  ...createArchive(T_IMAGE),
  ...createArchive(CHILD_IMAGE),
  openRun('run', 'migrate'),
];

/** Numbers of the ledger, and places in an archive, go on when a transaction is undone. */
export const FIRST_ENTRY = `alter table msgdb.ledger alter column id restart with 1; truncate ${[T_IMAGE, CHILD_IMAGE].map((image) => `msgdb.${archiveTable(image).name}`).join(', ')}`;

/** The batch of all groups, locked and ranked. */
export function rank(dedupe: Dedupe): readonly Sent[] {
  return [...stageGroups({ ...dedupe, key: KEY }), ...lockAndRank(dedupe, { from: 1, to: 100 }, RANKED)];
}

/** The same, with its losers absorbed: entry 1 of the ledger has the copies among the children, 2 children that were re-pointed, 3 losers. */
export function absorb(dedupe: Dedupe): readonly (Sent | string)[] {
  return [FIRST_ENTRY, ...rank(dedupe), ...absorbLosers(dedupe, 0, ORIGIN)];
}
