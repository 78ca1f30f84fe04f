import { beforeAll, expect, test } from 'vitest';
import { gatherFacts } from '../../../src/inspect/facts/gather-facts.ts';
import { chooseGrouping } from '../../../src/inspect/survey/choose-grouping.ts';
import { surveyKey } from '../../../src/inspect/survey/survey-rule.ts';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { statement } from '../../../src/model/statement.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { findSettings } from '../../../src/session/find-settings.ts';
import { readOnly } from '../../../src/session/read-only.ts';
import { readFrom } from '../../../src/sql/dedupe/keyed.ts';
import { useDatabase } from '../../support/database.ts';
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
}

const CASES: readonly Case[] = [
  { name: 'few groups', rule: { table: 't', key: ['few'] }, way: 'hashed keys', heap: 1 },
  { name: 'narrow keys', rule: { table: 't', key: ['big'] }, way: 'sorted keys', heap: 1 },
  { name: 'no copies of texts', rule: { table: 't', key: ['once'] }, way: 'sorted hashes', heap: 1 },
  { name: 'copies of texts, and NULLs', rule: { table: 't', key: ['many'] }, way: 'sorted hashes', heap: 2 },
  { name: 'a key that an index has the other way round', rule: { table: 't', key: ['a', 'b'] }, way: 'index', heap: 0 },
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

test.each(CASES)('$name: found by $way, and the table is read $heap times', async ({ rule, way, heap }) => {
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
  const hash = `pg_catalog.hash_record_extended(row(${keys}), 0)`;
  const hashes = await column(
    db.sql,
    `select ${hash} from ${rule.table} where ${where} group by 1 having count(*) > 1 order by 1`,
  );
  const handed = found.census.suspects?.every ?? '{}';
  expect(await column(db.sql, `select h from unnest('${handed}'::bigint[]) h order by 1`)).toEqual(hashes);
});
