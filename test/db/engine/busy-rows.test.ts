import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { lockGroups } from '../../../src/engine/dedupe/lock-groups.ts';
import { prepare } from '../../../src/engine/dedupe/prepare-removal.ts';
import { removeBusy } from '../../../src/engine/dedupe/remove-busy.ts';
import { EVERY_ROW, stage } from '../../../src/engine/dedupe/stage-groups.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { statement } from '../../../src/model/statement.ts';
import { rankedTable } from '../../../src/sql/dedupe/rank.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { asRun, resolveGroups } from '../online/run.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeRule } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('rows that the application updates all the time', () => {
  test('are followed by their primary key: their groups are settled all the same', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int, n int not null default 0);
      insert into t select n, n from generate_series(1, 20000) n;
      insert into t values (20001, 77)`);
    const stop = new AbortController();
    const client = db.open();
    let updates = 0;
    async function keepBusy(): Promise<void> {
      while (!stop.signal.aborted) {
        await client`update t set n = n + 1 where id = 77`;
        updates += 1;
        await sleep(2);
      }
    }
    const busy = keepBusy();
    const project = await makeRule(db, { table: 't', key: ['k'], keep: ['id asc'] }, { strategy: 'online' });
    expectOk(await project.migrate());
    stop.abort();
    await busy;
    expect(updates).toBeGreaterThan(10);
    expect(await column(sql, 'select id from t where k = 77')).toEqual(['77']);
    expect(await column(sql, 'select n from t where id = 77')).toEqual([String(updates)]);
    await expectNoDebris(sql);
    expectOk(await project.rollback());
    expect(await column(sql, 'select id from t where k = 77 order by id')).toEqual(['77', '20001']);
  });

  test('copies that come while groups are staged do not keep theirs from being settled', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int);
      insert into t select n, n from generate_series(1, 50000) n;
      insert into t values (50001, 7)`);
    const stop = new AbortController();
    const client = db.open();
    async function copyOn(): Promise<void> {
      for (let id = 100_000; !stop.signal.aborted; id += 1)
        await client`insert into t values (${id}, 7)`.catch(() => {});
    }
    const copying = copyOn();
    const project = await makeRule(db, { table: 't', key: ['k'], limit: { share: 1 } }, { strategy: 'online' });
    expectOk(await project.migrate());
    stop.abort();
    await copying;
    expect(await column(sql, 'select id from t where k = 7')).toEqual(['7']);
    await expectNoDebris(sql);
  });

  describe('are locked as they are found where no primary key finds them again:', () => {
    /** Updates the row 1 all the time while `work` goes on, and gives how often. */
    async function whileBusy(work: () => Promise<void>): Promise<number> {
      const stop = new AbortController();
      const client = db.open();
      let updates = 0;
      const busy = (async () => {
        while (!stop.signal.aborted) {
          const { count } = await client`update t set n = n + 1 where id = 1`;
          updates += count;
          await sleep(1);
        }
      })();
      await work().finally(() => stop.abort());
      await busy;
      return updates;
    }

    /** Updates it on the server, without a pause in which it could be locked where it was found. */
    async function whileNeverStill(work: () => Promise<void>): Promise<void> {
      const client = db.open();
      const pid = String(await column(client, 'select pg_backend_pid()'));
      const busy = client.unsafe('do $$ begin loop update t set n = n + 1 where id = 1; commit; end loop; end $$');
      const cancelled = expect(busy).rejects.toMatchObject({ code: '57014' });
      await work().finally(async () => db.sql.unsafe(`select pg_cancel_backend(${pid})`));
      await cancelled;
    }

    test.each([
      ['a group', '', {}],
      ['a group in parts', '', { batchSize: 20 }],
      ['rows in partitions', 'partition by hash (k)', {}],
    ])('%s', async (_, partitions, settings) => {
      const { sql } = db;
      await sql.unsafe(`
        create table t (id int, k text, n int not null default 0) ${partitions};
        ${partitions === '' ? '' : 'create table t_0 partition of t for values with (modulus 1, remainder 0);'}
        create index on t (id);
        insert into t select i, 'hot' from generate_series(1, 300) i;
        insert into t select 1000 + i, 'g' || i % 20 from generate_series(1, 60) i`);
      const project = await makeRule(db, { table: 't', key: ['k'], keep: ['id'] }, { strategy: 'online', ...settings });
      const updates = await whileBusy(async () => expectOk(await project.migrate()));
      expect(updates).toBeGreaterThan(10);
      expect(await column(sql, `select count(*) from t`)).toEqual(['21']);
      expect(await column(sql, `select concat_ws(' ', id, n) from t where k = 'hot'`)).toEqual([`1 ${updates}`]);
      await expectNoDebris(sql);
      expectOk(await project.rollback());
      expect(await column(sql, 'select count(distinct id) from t')).toEqual(['360']);
    });

    test('what a survivor takes is added to what it has by then', async () => {
      const { sql } = db;
      await sql.unsafe(`create table t (id int, k text, n int not null);
        insert into t select i, 'hot', 1000 from generate_series(1, 50) i`);
      const rule = uniqueKey({ table: 't', key: ['k'], keep: ['id'], merge: { n: 'sum' }, limit: { share: 1 } });
      const context = await makeContext(db, { settings: { strategy: 'online' } });
      const updates = await whileBusy(async () => {
        const report = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
        expect(report).toMatchObject({ verdict: 'ok', summary: '49 rows removed' });
      });
      expect(await column(sql, 'select n from t')).toEqual([String(50_000 + updates)]);
    });

    test('no more of them than the limit of the run allows', async () => {
      const { sql } = db;
      await sql.unsafe(
        `create table t (id int, k text); insert into t select i, 'g' || i / 2 from generate_series(2, 13) i`,
      );
      const already = 5;
      const removing = asRun(db, {}, async (run) => {
        const planned = await resolveGroups(run, { table: 't', key: ['k'] });
        await prepare(run, planned);
        const origin = { runId: run.id, migration: null, operation: null };
        return await removeBusy(run, { ...planned, limit: 10 }, origin, already);
      });
      await expect(removing).rejects.toMatchObject({ code: 'MSGDB_BLAST_RADIUS' });
      expect(await column(sql, 'select count(*) from t')).toEqual(['12']);
    });

    test('where their key has no hash, the run says how many groups are busy, and what it removed', async () => {
      const { sql } = db;
      await sql.unsafe(`create table t (id int, k tsvector, n int not null default 0);
        insert into t select i, 'hot' from generate_series(1, 40) i;
        insert into t select 1000 + i, ('g' || i % 20)::tsvector from generate_series(1, 60) i`);
      const settings = { strategy: 'online' as const, batchSize: 10, lockRetries: 1 };
      const project = await makeRule(db, { table: 't', key: ['k'], keep: ['id'] }, settings);
      await whileNeverStill(async () => {
        const { findings } = await project.migrate();
        // A part of the hot group may find the row still, and go: at least the copies of the others have gone.
        const left = Number(await column(sql, 'select count(*) from t'));
        expect(left).toBeLessThanOrEqual(60);
        const removed = `${100 - left} rows`;
        expect(findings).toMatchObject([
          {
            code: 'MSGDB_MIGRATION_FAILED',
            message: expect.stringContaining(
              `1 group of t could not be cleaned. ${removed} had been removed by then, and are archived under run `,
            ),
            data: { why: expect.stringContaining(`Done before it, and kept: ${removed} of t removed.`) },
          },
        ]);
      });
      expectOk(await project.migrate());
    });
  });

  test('with one primary key twice, in a damaged index, neither row stands for the other when one goes', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int);
      insert into t values (1, 1), (3, 2), (4, 2);
      update pg_index set indisready = false, indisvalid = false where indexrelid = 't_pkey'::regclass;
      insert into t values (1, 1);
      update pg_index set indisready = true, indisvalid = true where indexrelid = 't_pkey'::regclass`);
    const ranked = await asRun(db, {}, async (run) => {
      const dedupe = await resolveGroups(run, { table: 't', key: ['k'] });
      const staged = await run.session.transaction({}, async (tx) => stage(tx, dedupe, EVERY_ROW));
      await sql`delete from t where ctid = (select max(ctid) from t where id = 1)`;
      return await run.session.transaction({}, async (tx) => {
        await lockGroups(tx, dedupe, { from: 1, to: staged.groups, rows: staged.rows }, rankedTable(0));
        return await tx.query(statement(`select id1 as id from ${rankedTable(0)} order by 1`));
      });
    });
    // The row that stays is alone in its group; taken for both, it would be its own copy, and be removed.
    expect(ranked).toEqual([{ id: 3 }, { id: 4 }]);
  });

  test.each([
    [
      'with a primary key its row is followed:',
      'id int primary key',
      [
        ['1', '1 2 3'],
        ['2', '5 6 9'],
      ],
    ],
    ['without one its group is left open:', 'id int', []],
  ])('%s a place that another row has taken by then', async (_, id, ranked) => {
    const { sql } = db;
    // Pages have room, and no update is HOT: VACUUM frees the places, and the next updates take them.
    await sql.unsafe(`
      create table t (${id}, k int, n int not null default 0);
      create index on t (n);
      insert into t values (1, 1), (2, 1), (3, 1), (5, 2), (6, 2), (9, 2)`);
    const places = async (ids: string): Promise<readonly unknown[]> =>
      column(sql, `select ctid from t where id in (${ids}) order by ctid`);
    const found = await asRun(db, {}, async (run) => {
      const dedupe = await resolveGroups(run, { table: 't', key: ['k'] });
      const staged = await run.session.transaction({}, async (tx) => stage(tx, dedupe, EVERY_ROW));
      const left = await places('1, 2, 3');
      await sql.unsafe('update t set n = n + 1 where id in (1, 2, 3)');
      await sql.unsafe('vacuum (index_cleanup on) t');
      await sql.unsafe('update t set n = n + 1 where id in (5, 6, 9)');
      expect(await places('5, 6, 9')).toEqual(left);
      return await run.session.transaction({}, async (tx) => {
        await lockGroups(tx, dedupe, { from: 1, to: staged.groups, rows: staged.rows }, rankedTable(0));
        return await tx.query(
          statement(`select r.suspect, string_agg(t.id::text, ' ' order by t.id) as ids
                       from ${rankedTable(0)} r join t on t.ctid = r.tid group by 1 order by 1`),
        );
      });
    });
    expect(found).toEqual(ranked.map(([suspect, ids]) => ({ suspect, ids })));
  });
});
