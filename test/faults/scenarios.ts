import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { expect } from 'vitest';
import type { UniqueKeyOptions } from '../../src/model/operations/unique-key.ts';
import { FULL } from '../support/form.ts';

/** Tables, a rule for them, and what the application does meanwhile. */
export interface Scenario {
  readonly name: string;
  readonly setup: string;
  readonly rule: UniqueKeyOptions;
  readonly flags: readonly string[];
  /** Copies of old keys come all the time, so that the fence goes up. */
  readonly harassed: boolean;
}

/** Fewer in npm test: a run has the same steps, and fewer batches. */
const KEYS = FULL ? 800 : 240;
const ROWS = KEYS * 3;

const PLAIN = `create table t (id int primary key, k int, v text, n int not null);
  insert into t select n, n % ${KEYS}, 'row ' || n, n % 2 from generate_series(1, ${ROWS}) n;
  create table child (id int primary key, t_id int not null references t on delete cascade);
  insert into child select id, id from t`;

const PARTITIONED = `create table t (id int, k int, v text, n int not null, primary key (id, k)) partition by hash (k);
  create table t0 partition of t for values with (modulus 2, remainder 0) partition by range (k);
  create table t0a partition of t0 for values from (minvalue) to (${KEYS / 2});
  create table t0b partition of t0 default;
  create table t1 partition of t for values with (modulus 2, remainder 1);
  insert into t select n, n % ${KEYS}, 'row ' || n, n % 2 from generate_series(1, ${ROWS}) n;
  create table child (id int primary key, t_id int not null);
  insert into child select id, id from t`;

const RULE: UniqueKeyOptions = { table: 't', key: ['k'], index: 'wanted', limit: { share: 1 } };
const CHILD = { table: 'child', column: 't_id', to: ['id'], kind: 'soft' } as const;
const ONLINE = ['--strategy', 'online', '--batch-size', FULL ? '100' : '40'];

export const SCENARIOS: readonly Scenario[] = [
  { name: 'online', setup: PLAIN, rule: { ...RULE, constraint: true }, flags: ONLINE, harassed: false },
  { name: 'online, harassed', setup: PLAIN, rule: RULE, flags: ONLINE, harassed: true },
  {
    name: 'partitioned',
    setup: PARTITIONED,
    rule: { ...RULE, references: [CHILD] },
    flags: ONLINE,
    harassed: false,
  },
  { name: 'locked', setup: PLAIN, rule: RULE, flags: ['--strategy', 'locked'], harassed: false },
];

/** Copies of old keys, one after the other, until stopped; gives the ids of rows that were acknowledged. */
export async function harass(open: () => postgres.Sql, stop: AbortSignal): Promise<readonly number[]> {
  const acknowledged: number[] = [];
  let client = open();
  for (let id = 100_000; !stop.aborted; id += 1) {
    try {
      await client.unsafe(`insert into t values (${id}, ${id % KEYS}, 'copy', 0)`);
      acknowledged.push(id);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      // The server went down: the next one is somewhere else.
      if (!/^2/.test(code) && !stop.aborted) {
        await sleep(50);
        client = open();
      }
    }
    await sleep(1);
  }
  return acknowledged;
}

/** Laws 1 and 2, whatever state the run was stopped in. */
export async function checkLaws(sql: postgres.Sql, acknowledged: readonly number[]): Promise<void> {
  const [made] = await sql.unsafe(`select to_regclass('msgdb.archives') is not null as there`);
  const [archive] = made?.there ? await sql`select name from msgdb.archives where source_table = 't'` : [];
  const archived = archive ? `select id from msgdb."${archive.name}" where msgdb_image = 'removed'` : 'select 0';
  const [row] = await sql.unsafe(`
    with came as (select generate_series(1, ${ROWS}) as id union select unnest(array[${acknowledged.join(',')}]::int[]))
    select (select count(distinct k)::int from t) as keys,
           (select count(*)::int from came where id not in (select id from t) and id not in (${archived})) as lost,
           (select count(*)::int from child) as children,
           (select count(*)::int from child where t_id not in (select id from t)) as orphans`);
  expect(row).toEqual({ keys: KEYS, lost: 0, children: ROWS, orphans: 0 });
}

/** The rule is true and enforced. */
export async function checkDone(sql: postgres.Sql): Promise<void> {
  const [row] = await sql.unsafe(`
    select (select count(*)::int from (select from t group by k having count(*) > 1) copies) as groups,
           (select indisvalid and indisready and indisunique from pg_index where indexrelid = to_regclass('wanted')) as enforced`);
  expect(row).toEqual({ groups: 0, enforced: true });
}
