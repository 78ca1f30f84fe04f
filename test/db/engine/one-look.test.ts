import { beforeAll, describe, expect, test } from 'vitest';
import { removeCopies } from '../../../src/engine/dedupe/remove-copies.ts';
import { stage } from '../../../src/engine/dedupe/stage-groups.ts';
import { doAll } from '../../../src/engine/pipeline.ts';
import { describeTarget } from '../../../src/inspect/describe-target.ts';
import { gatherFacts } from '../../../src/inspect/facts/gather-facts.ts';
import { inspectRule } from '../../../src/inspect/inspect-operation.ts';
import { chooseGrouping } from '../../../src/inspect/survey/choose-grouping.ts';
import { surveyKey } from '../../../src/inspect/survey/survey-rule.ts';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { type Queryable, statement } from '../../../src/model/statement.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { findSettings } from '../../../src/session/find-settings.ts';
import { readOnly } from '../../../src/session/read-only.ts';
import { readFrom } from '../../../src/sql/dedupe/keyed.ts';
import { useDatabase } from '../../support/database.ts';
import { until } from '../online/climb.ts';
import { asRun } from '../online/run.ts';
import { column } from './project.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, few int, many text, big bigint, a int, b text, once text);
    insert into t
    select n, n % 1000, case when n % 10 > 0 then md5((n % 90000)::text) end, n % 99990, n % 300, 'b' || n % 400, 'o' || n
      from generate_series(1, 120000) n;
    create index on t (b, a);
    create table wide (id int primary key, k text, body text);
    alter table wide alter body set storage external;
    insert into wide select n, 'k' || n % 20, repeat(md5(n::text), 1000) from generate_series(1, 30) n;
    create table fresh (id int primary key, k int, body text default repeat('x', 1000)) with (autovacuum_enabled = off);
    create index on fresh (k);
    insert into fresh (id, k) select n, n * 3571 % 7000 from generate_series(1, 8000) n;
    create table parted (id int, k int) partition by hash (k);
    create table parted_1 partition of parted for values with (modulus 2, remainder 0);
    create table parted_2 partition of parted for values with (modulus 2, remainder 1);
    insert into parted select n, n % 70 from generate_series(1, 100) n`);
  await db.sql.unsafe('vacuum analyze t');
  await db.sql.unsafe('analyze fresh');
});

/** Looks at a rule once. Gives how groups were found, what came of it, and how often the table was read from end to end. */
async function look(rule: UniqueKeyOptions) {
  return await asRun(db, {}, async (run) =>
    readOnly(run, async (tx) => {
      const facts = await gatherFacts(tx, run.server, uniqueKey(rule), 'public');
      const resolved = resolveRule(uniqueKey(rule), facts);
      await tx.query(readFrom(resolved.key));
      const way = await chooseGrouping(tx, resolved.key, facts);
      const before = await tx.query(scans());
      const { census } = await surveyKey(tx, resolved, facts);
      const after = await tx.query(scans());
      const of = (name: 'heap' | 'index') => Number(after[0]?.[name]) - Number(before[0]?.[name]);
      const settings = { ...findSettings(run), enable_sort: 'on', enable_seqscan: 'on' };
      for (const [name, value] of Object.entries(settings)) {
        expect(await tx.query(statement(`select current_setting('${name}') as value`)), name).toEqual([{ value }]);
      }
      return { way, census, heap: of('heap'), index: of('index') };
    }),
  );
}

function scans() {
  return statement(`select sum(seq_scan) as heap, sum(idx_scan) as index from pg_stat_xact_user_tables`);
}

interface Case {
  readonly name: string;
  readonly rule: UniqueKeyOptions;
  readonly way: string;
  readonly heap: number;
  /** How its keys are hashed: one alone as a row of it is. */
  readonly hash?: string;
}

const CASES: readonly Case[] = [
  { name: 'few groups', rule: { table: 't', key: ['few'] }, way: 'hashed keys', heap: 1 },
  { name: 'narrow keys', rule: { table: 't', key: ['big'] }, way: 'sorted keys', heap: 1 },
  { name: 'no copies of texts', rule: { table: 't', key: ['once'] }, way: 'sorted hashes', heap: 1 },
  { name: 'copies of texts, and NULLs', rule: { table: 't', key: ['many'] }, way: 'sorted hashes', heap: 2 },
  {
    name: 'a key that an index has the other way round',
    rule: { table: 't', key: ['a', 'b'] },
    way: 'index',
    heap: 0,
    hash: 'hashtextextended(b, hashint4extended(a, 0))',
  },
  { name: 'a predicate', rule: { table: 't', key: ['big'], where: 'few < 10' }, way: 'sorted keys', heap: 1 },
  { name: 'equal NULLs', rule: { table: 't', key: ['many'], nulls: 'not distinct' }, way: 'sorted hashes', heap: 2 },
  { name: 'long values in other columns', rule: { table: 'wide', key: ['k'] }, way: 'sorted hashes', heap: 3 },
  {
    name: 'an index of rows that no VACUUM has seen',
    rule: { table: 'fresh', key: ['k'] },
    way: 'sorted keys',
    heap: 1,
  },
  { name: 'partitions, each once', rule: { table: 'parted', key: ['k'] }, way: 'sorted keys', heap: 2 },
];

test.each(CASES)(
  '$name: found by $way, and the table is read $heap times',
  async ({ rule, way, heap, hash: given }) => {
    const found = await look(rule);
    expect(found.way).toBe(way);
    expect(found.heap).toBe(heap);
    const keys = rule.key.join(', ');
    const covered = rule.nulls ? 'true' : rule.key.map((key) => `${String(key)} is not null`).join(' and ');
    const where = `${covered} and ${rule.where ?? 'true'}`;
    const groups = `select count(*) as copies from ${rule.table} where ${where} group by ${keys} having count(*) > 1`;
    const [expected] = await db.sql.unsafe(`
    select (select count(*) from ${rule.table} where ${where})::int as covered, count(*)::int as groups,
           coalesce(sum(copies - 1), 0)::int as "excessRows", coalesce(max(copies), 0)::int as "largestGroup"
      from (${groups}) g`);
    expect(found.census).toMatchObject({ ...expected });
    // The run begins with them.
    const hash = given ?? `pg_catalog.hash_record_extended(row(${keys}), 0)`;
    const hashes = await column(
      db.sql,
      `select ${hash} from ${rule.table} where ${where} group by 1 having count(*) > 1 order by 1`,
    );
    const handed = found.census.suspects?.every ?? '{}';
    expect(await column(db.sql, `select h from unnest('${handed}'::bigint[]) h order by 1`)).toEqual(hashes);
  },
);

/** How often a table was read from end to end by sessions that have ended since. */
async function readsOf(table: string): Promise<number> {
  const ended = `select count(*) from pg_stat_activity where datname = current_database() and application_name like 'msgdb%'`;
  await until(async () => (await column(db.sql, ended))[0] === '0');
  return Number((await column(db.sql, `select seq_scan from pg_stat_user_tables where relname = '${table}'`))[0]);
}

/** Plans a removal as a dry run shows it, with samples, and does it where it is not one. */
async function remove(rule: UniqueKeyOptions, end: 'planned' | 'done'): Promise<Record<string, unknown>> {
  const before = await readsOf(rule.table);
  const change = removeCopies(uniqueKey({ ...rule, limit: { losers: 1_000_000 } }));
  const result: Record<string, unknown> = await asRun(db, { settings: { strategy: 'online' } }, async (run) => {
    const { seen, plan } = await change.plan(run, 'full');
    expect(plan.refusals).toEqual([]);
    const { samples } = await readOnly(run, async (tx) =>
      describeTarget(tx, seen, { samples: 3, migration: undefined }),
    );
    const copies = samples.map((each) => each.copies);
    if (end === 'planned') return { copies };
    const { removed } = await doAll(run, plan.steps, { runId: run.id, migration: null, operation: null });
    return { copies, removed };
  });
  return { ...result, reads: (await readsOf(rule.table)) - before };
}

describe('a removal', () => {
  beforeAll(async () => {
    // Each worker is counted as a reader of its own.
    await db.sql.unsafe(`alter database ${db.name} set max_parallel_workers = 0`);
    await db.sql.unsafe(`
      create table c (id int primary key, k text, v int, big bigint);
      insert into c select n, md5((n % 119000)::text), n % 7, n % 119900 from generate_series(1, 120000) n;
      create table x (id int primary key, k text, v int);
      insert into x select n, md5((n % 119000)::text), n % 7 from generate_series(1, 120000) n;
      create index on x (k);
      create table many (id int primary key, k text, v int);
      insert into many select n, md5((n / 2)::text), n % 2 from generate_series(0, 219999) n`);
    for (const table of ['c', 'x']) await db.sql.unsafe(`vacuum analyze ${table}`);
  });

  test('is planned by reading the table for hashes and for the rows that have them: all else goes by place', async () => {
    expect(await remove({ table: 'c', key: ['k'] }, 'planned')).toEqual({ copies: [2, 2, 2], reads: 2 });
  });

  test('is planned with one more read for the rows where groups were found by the key', async () => {
    const copies = [2, 2, 2];
    expect(await remove({ table: 'c', key: ['big'] }, 'planned')).toEqual({ copies, reads: 2 });
    expect(await remove({ table: 'x', key: ['k'] }, 'planned')).toEqual({ copies, reads: 1 });
  });

  test('begins with the rows of the plan, and reads the table to see that nothing is left', async () => {
    expect(await remove({ table: 'c', key: ['k'] }, 'done')).toEqual({ copies: [2, 2, 2], removed: 1000, reads: 3 });
  });
});

test.each([
  { change: 'nothing', meanwhile: 'select', heap: 0, rows: 5 },
  { change: 'a row that moves', meanwhile: `update s set v = 9 where id = 3`, heap: 1, rows: 5 },
  { change: 'a row that goes', meanwhile: 'delete from s where id = 1', heap: 1, rows: 4 },
  { change: 'a row that leaves its group', meanwhile: `update s set k = 'z' where id = 1`, heap: 1, rows: 4 },
])('groups are staged whole after $change since the look', async ({ meanwhile, heap, rows }) => {
  await db.sql.unsafe(`
    drop table if exists s;
    create table s (id int primary key, k text, v int);
    insert into s values (1, 'a', 1), (2, 'a', 1), (3, 'a', 1), (4, 'b', 1), (5, 'b', 1);
    insert into s select n, 'f' || n, 1 from generate_series(6, 2000) n`);
  const staged = await asRun(db, {}, async (run) => {
    const { resolved, survey } = await inspectRule(run, uniqueKey({ table: 's', key: ['k'] }));
    const { suspects, asOf = '' } = survey.census;
    await db.sql.unsafe(meanwhile);
    return await run.session.transaction({}, async (tx) => {
      const before = await readsSoFar(tx);
      const search = { among: 'hashes' as const, hashes: suspects?.every ?? '', rows: suspects?.rows, asOf };
      const { groups, rows } = await stage(tx, { ...resolved.dedupe, limit: 100 }, search);
      return { groups, rows, heap: (await readsSoFar(tx)) - before };
    });
  });
  expect(staged).toMatchObject({ groups: 2, rows, heap });
});

/** The session's own of `s`, those included that it has not reported yet. */
async function readsSoFar(tx: Queryable): Promise<number> {
  const [read] = await tx.query(statement(`select seq_scan from pg_stat_xact_user_tables where relname = 's'`));
  return Number(read?.seq_scan);
}
