import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { migrateScript } from '../../../src/commands/migrate/migrate-script.ts';
import { applyOperation } from '../../../src/engine/migrations/apply-operation.ts';
import { executeStep } from '../../../src/engine/run/execute-step.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { plannedBy } from '../../../src/plan/plan-operation.ts';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  expectSecondRunDoesNothing,
  makeProjectOf,
  makeRule,
  readImages,
} from '../engine/project.ts';
import { asRun } from './run.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const RULE: UniqueKeyOptions = { table: 't', key: ['region', 'k'], index: 'wanted' };
const ONLINE = { strategy: 'online' } as const;

/** Two levels, a partition whose columns have another order, a default partition; rows everywhere, some twice. */
const TABLE = `
  create table t (id int, region text not null, k int, day int not null) partition by list (region);
  create table t_eu partition of t for values in ('eu') partition by range (k);
  create table t_eu_low partition of t_eu for values from (minvalue) to (100);
  create table t_eu_high partition of t_eu default;
  create table t_us (day int not null, k int, region text not null, id int);
  alter table t attach partition t_us for values in ('us');
  create table t_rest partition of t default;
  insert into t select n, (array['eu', 'us', 'asia'])[1 + n % 3], n % 200, n from generate_series(1, 600) n;
  insert into t select n + 1000, region, k, day from t n(n, region, k, day) where k % 10 = 0`;

const TREE = `
  select format('%s on %s%s', i.indexrelid::regclass, i.indrelid::regclass, case when not i.indisvalid then ' INVALID' end)
    from pg_index i where i.indisunique and i.indrelid in (select relid from pg_partition_tree('t')) order by 1`;

const COUNT_VALID = `
  select count(*) from pg_index where indisvalid and indrelid in (select relid from pg_partition_tree('t'))`;

describe('a partitioned table, online:', () => {
  test('each partition by itself, then attached; undone exactly', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const before = await readImages(sql);
    const project = await makeRule(db, RULE, ONLINE);
    expectOk(await project.migrate());
    expect(await column(sql, TREE)).toEqual([
      't_eu_high_wanted on t_eu_high',
      't_eu_low_wanted on t_eu_low',
      't_eu_wanted on t_eu',
      't_rest_wanted on t_rest',
      't_us_wanted on t_us',
      'wanted on t',
    ]);
    await expectNoDebris(sql);
    await expectSecondRunDoesNothing(sql, project);
    await expectExactUndo(sql, project, before);
    expect(await column(sql, TREE)).toEqual([]);
  });

  test('a script builds it in the same way, and migrate finds nothing left to do', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}; create schema "Odd"; alter table t_us set schema "Odd"`);
    const project = await makeRule(db, RULE, ONLINE);
    const script = await migrateScript(project.context, { allowOutOfOrder: false });
    expect(script.match(/^create .*\bindex concurrently/gm)).toHaveLength(4);
    expect(script).not.toMatch(/^create unique index "wanted" on "public"/m);
    // A concurrent build is a message of its own, as psql sends it.
    for (const part of script.split(/^(?=create unique index concurrently)|(?<=index concurrently .*\n)/m)) {
      await sql.unsafe(part);
    }
    expect(await column(sql, TREE)).toEqual([
      '"Odd".t_us_wanted on "Odd".t_us',
      't_eu_high_wanted on t_eu_high',
      't_eu_low_wanted on t_eu_low',
      't_eu_wanted on t_eu',
      't_rest_wanted on t_rest',
      'wanted on t',
    ]);
    const { applied } = await project.migrate();
    expect(applied[0]?.steps.map(({ kind }) => kind)).toEqual(['accept-index']);
    expectOk(await project.verify());
  });

  test('indexes that partitions have already are taken, and are theirs again when it is undone', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}; delete from t where id > 1000;
      create unique index own_us on t_us (region, k); create unique index own_high on t_eu_high (region, k);
      create unique index other_order on t_rest (k, region)`);
    const before = await column(sql, TREE);
    const images = await readImages(sql);
    const project = await makeRule(db, RULE, ONLINE);
    expectOk(await project.migrate());
    expect(await column(sql, TREE)).toEqual([
      'other_order on t_rest',
      'own_high on t_eu_high',
      'own_us on t_us',
      't_eu_low_wanted on t_eu_low',
      't_eu_wanted on t_eu',
      't_rest_wanted on t_rest',
      'wanted on t',
    ]);
    await expectExactUndo(sql, project, images);
    expect(await column(sql, TREE)).toEqual(before);
  });

  test('continues where a killed run had stopped: the parent’s index, one part attached, one built, one invalid', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}; delete from t where id > 1000;
      create unique index wanted on only t (region, k);
      create unique index t_us_wanted on t_us (region, k); alter index wanted attach partition t_us_wanted;
      create unique index t_rest_wanted on t_rest (region, k);
      create unique index t_eu_wanted on only t_eu (region, k); alter index wanted attach partition t_eu_wanted;
      create unique index t_eu_low_wanted on t_eu_low (region, k);
      update pg_index set indisvalid = false where indexrelid = 't_eu_low_wanted'::regclass`);
    const project = await makeRule(db, RULE, ONLINE);
    expectOk(await project.migrate());
    expect(await column(sql, COUNT_VALID)).toEqual(['6']);
    await expectNoDebris(sql);
    expectOk(await project.rollback());
    expect(await column(sql, TREE)).toEqual([]);
  });

  test('a partition that is attached while the others are built is covered too', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const emit = { done: false };
    const other = db.open();
    const attached: Promise<unknown>[] = [];
    const project = await makeProjectOf(db, [uniqueKey(RULE)], {
      settings: ONLINE,
      emit: (event) => {
        if (event.kind !== 'progress' || !event.title.startsWith('partitions of') || emit.done) return;
        emit.done = true;
        attached.push(
          other.unsafe(`create table t_africa (like t); insert into t_africa values (9000, 'africa', 1, 1);
            alter table t attach partition t_africa for values in ('africa')`),
        );
      },
    });
    expectOk(await project.migrate());
    await Promise.all(attached);
    expect(attached).toHaveLength(1);
    await expect(sql.unsafe(`insert into t values (9001, 'africa', 1, 1)`)).rejects.toMatchObject({ code: '23505' });
    expect(await column(sql, `select count(*) from pg_index where not indisvalid`)).toEqual(['0']);
  });

  test('partitions that are detached and dropped while the others are built are left out', async () => {
    const { sql } = db;
    await sql.unsafe(
      `${TABLE}; delete from t where id > 1000; create table t_asia partition of t for values in ('none')`,
    );
    const other = db.open();
    const changes: Promise<unknown>[] = [];
    const project = await makeProjectOf(db, [uniqueKey(RULE)], {
      settings: ONLINE,
      emit: (event) => {
        if (event.kind !== 'progress' || !event.title.startsWith('partitions of') || changes.length > 0) return;
        changes.push(other.unsafe('alter table t detach partition t_us; drop table t_asia'));
      },
    });
    expectOk(await project.migrate());
    await Promise.all(changes);
    expect(changes).toHaveLength(1);
    expect(await column(sql, `select count(*) from pg_index where not indisvalid`)).toEqual(['0']);
    expect(await column(sql, TREE)).toContain('wanted on t');
    await expectNoDebris(sql);
  });

  test('a partition that is attached between the look and the lock brings copies that are not new', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}; create table t_africa (like t);
      insert into t_africa values (9000, 'africa', 1, 1), (9001, 'africa', 1, 1)`);
    await asRun(db, { settings: { strategy: 'locked' } }, async (run) => {
      const operation = uniqueKey({ ...RULE, limit: { share: 1 } });
      const { plan } = await applyOperation(operation, plannedBy([])).plan(run);
      await sql`alter table t attach partition t_africa for values in ('africa')`;
      const origin = { runId: run.id, migration: null, operation: null };
      for (const step of plan.steps) await executeStep(run, step, origin);
    });
    expect(await column(sql, `select id from t where region = 'africa'`)).toEqual(['9000']);
  });

  test('copies that come all the time are fenced off on every partition', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const stop = new AbortController();
    const writer = db.open();
    const writing = (async () => {
      for (let id = 20_000; !stop.signal.aborted; id += 1) {
        const copy = writer.unsafe(`insert into t values (${id}, 'us', 1 + ${(id % 60) * 3}, 0)`);
        if ((await copy.catch((error: { code: string }) => error.code)) === 'CONNECTION_ENDED') return;
        await sleep(2);
      }
    })();
    const project = await makeRule(db, RULE, ONLINE);
    const report = await project.migrate();
    stop.abort();
    await writing;
    expectOk(report);
    await expectNoDebris(sql);
  });

  test('an index that is not unique is built in the same way', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const operation = index({ table: 't', columns: ['day'], name: 'by_day' });
    const project = await makeProjectOf(db, [operation], { settings: ONLINE });
    expectOk(await project.migrate());
    expect(await column(sql, COUNT_VALID)).toEqual(['6']);
    expectOk(await project.rollback());
    expect(await column(sql, `select count(*) from pg_index where indrelid::regclass::text like 't%'`)).toEqual(['0']);
  });
});

test.each(['online', 'locked'] as const)(
  'dropping the rule and putting it back makes the whole index (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}; delete from t where id > 1000; create unique index old on t (region, k)`);
    const drop = {
      kind: 'drop-unique-key',
      table: 't',
      key: ['region', 'k'],
      restore: { keep: ['id'], merge: {} },
    } as const;
    const project = await makeProjectOf(db, [drop as never], { settings: { strategy } });
    expectOk(await project.migrate());
    expect(await column(sql, TREE)).toEqual([]);
    await sql.unsafe(`insert into t values (5000, 'us', 1, 0), (5001, 'us', 1, 0)`);
    expectOk(await project.rollback());
    expect(await column(sql, COUNT_VALID)).toEqual(['6']);
  },
);

test('a key without the partition columns is refused with the ways out, and so is a constraint', async () => {
  const { sql } = db;
  await sql.unsafe(TABLE);
  const before = await readImages(sql);
  const keyless = await makeRule(db, { ...RULE, key: ['k'] }, ONLINE);
  expect((await keyless.migrate()).findings[0]).toMatchObject({
    code: 'MSGDB_REFUSED',
    message: expect.stringContaining('is partitioned by region'),
    fix: expect.stringMatching(/Add region to the key.*Partition it by columns of the key.*a table of its own/s),
  });
  const constraint = await makeRule(db, { ...RULE, constraint: true }, ONLINE);
  expect((await constraint.migrate()).findings[0]?.message).toMatch(
    /is partitioned, and PostgreSQL cannot make a constraint of an index there/,
  );
  expect(await readImages(sql)).toEqual(before);
});
