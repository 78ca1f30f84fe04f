import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { until } from '../online/climb.ts';
import { cleanDatabase, column, expectExactUndo, expectNoDebris, expectOk, makeRule, readImages } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** 100 groups of three. */
const TABLE = `
  create table t (id int primary key, k int, v int);
  insert into t select n, n % 100, n % 7 from generate_series(1, 300) n;`;
const RULE = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
const DELETED = `select n_tup_del from pg_stat_user_tables where relname = 't'`;
const OPTIONS = { rule: RULE, dryRun: false, yes: true, samples: 0 };

describe('jobs', () => {
  test('share what refers to the table: itself, two columns of one row, and arrays', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      alter table t add parent_id int references t on delete cascade;
      update t set parent_id = (id * 7) % 300 + 1 where id % 10 = 0;
      create table pair (id int primary key, a int references t on delete cascade, b int references t on delete set null, unique (a, b));
      insert into pair select n, (n * 13) % 300 + 1, (n * 29) % 300 + 1 from generate_series(1, 100) n;
      create table bag (id int primary key, t_ids int[]);
      insert into bag select n, array[n, (n * 17) % 300 + 1, (n * 31) % 300 + 1] from generate_series(1, 60) n`);
    const before = await readImages(sql);
    const project = await makeRule(
      db,
      { table: 't', key: ['k'], references: [{ table: 'bag', column: 't_ids', kind: 'array' }] },
      { strategy: 'online', jobs: 3, batchSize: 4, lockRetries: 30 },
    );
    expectOk(await project.migrate());
    expect(await column(sql, 'select count(*), max(id) from t')).toEqual(['100']);
    expect(await column(sql, 'select id from t where parent_id not in (select id from t)')).toEqual([]);
    expect(
      await column(sql, 'select id from pair where a not in (select id from t) or b not in (select id from t)'),
    ).toEqual([]);
    // Each row names the copies' survivors: the ids that it had, modulo 100.
    expect(
      await column(
        sql,
        'select id from bag where exists (select from unnest(t_ids) x where x not in (select id from t))',
      ),
    ).toEqual([]);
    await expectExactUndo(sql, project, before);
  });

  test.each(['msgdb: migrate (job 2)', 'msgdb: migrate'])(
    '%s is terminated: reported as such, nothing is lost, and the next run completes',
    async (application) => {
      const { sql } = db;
      await sql.unsafe(TABLE);
      const before = await readImages(sql);
      // No job gets beyond these groups before its session has been ended.
      await sql.unsafe(`
        create function hold() returns trigger language plpgsql as $$
          begin perform pg_advisory_xact_lock_shared(4711); return old; end $$;
        create trigger hold before delete on t for each row when (old.k > 30) execute function hold()`);
      const holder = await db.open().reserve();
      await holder.unsafe('select pg_advisory_lock(4711)');
      const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy: 'online', jobs: 3, batchSize: 3 });
      const migrating = project.migrate().catch((error: unknown) => error);
      await until(async () => (await column(sql, 'select count(*) < 300 from t'))[0] === 'true');
      const killed = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = ${application} and datname = current_database()`;
      expect(killed).toHaveLength(1);
      await holder.unsafe('select pg_advisory_unlock(4711)');
      holder.release();
      const ended = (await migrating) as { findings?: { code: string }[]; code?: string };
      expect(ended.code ?? ended.findings?.[0]?.code).toBe('MSGDB_CONNECTION_LOST');
      const [archive] = await column(sql, `select name from msgdb.archives where source_table = 't'`);
      expect(
        await column(
          sql,
          `select (select count(*) from t) + count(*) from msgdb."${archive}" where msgdb_image = 'removed'`,
        ),
      ).toEqual(['300']);
      expectOk(await project.migrate());
      expect(await column(sql, 'select count(*) from t')).toEqual(['100']);
      await expectNoDebris(sql);
      await expectExactUndo(sql, project, before);
    },
  );

  test('an interruption leaves what was done valid and recorded, and the next run completes', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const before = await readImages(sql);
    const stop = new AbortController();
    let batches = 0;
    const emit = (event: RunEvent): void => {
      if (event.kind !== 'progress') return;
      batches += 1;
      if (batches === 3) stop.abort();
    };
    const settings = { strategy: 'online', jobs: 2, batchSize: 10 } as const;
    const context = await makeContext(db, { settings });
    const first = await dedupe({ ...context, signal: stop.signal, emit }, OPTIONS);
    expect(first.findings.map(({ code }) => code)).toEqual(['MSGDB_INTERRUPTED']);
    const [left] = await column(sql, 'select count(*) from t');
    expect(first.targets[0]?.deleted).toBe(300 - Number(left));
    expect(Number(left)).toBeLessThan(300);
    expect(Number(left)).toBeGreaterThan(100);
    await expectNoDebris(sql);
    const second = await dedupe(context, OPTIONS);
    expect(second).toMatchObject({ findings: [], targets: [{ deleted: Number(left) - 100 }] });
    for (const { runId } of [second, first]) {
      expect(await archiveRestore(context, { runId: runId ?? '', yes: true })).toMatchObject({ findings: [] });
    }
    expect(await readImages(sql)).toEqual(before);
  });

  test('more than the role may have: reported as such, and every session that was opened is closed', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const role = await db.createRole('few', {
      attributes: 'connection limit 3',
      grants: [`create on database ${db.name}`, 'all on schema public'],
    });
    await sql.unsafe(`alter table t owner to ${role.name}`);
    const context = await makeContext(role, { settings: { strategy: 'online', jobs: 4, batchSize: 5 } });
    const refused = await dedupe(context, OPTIONS);
    expect(refused).toMatchObject({ verdict: 'failed', exitCode: 3, findings: [{ code: 'MSGDB_CONNECTION_FAILED' }] });
    expect(await column(sql, 'select count(*) from t')).toEqual(['300']);
    const fewer = { ...context, settings: { ...context.settings, jobs: 2 } };
    expect(await dedupe(fewer, OPTIONS)).toMatchObject({ findings: [], targets: [{ deleted: 200 }] });
    await sql.unsafe(`reassign owned by ${role.name} to postgres; drop owned by ${role.name}`);
  });
});

describe('a group larger than two batches', () => {
  /** Row 7 is the best of 300; what is done besides may change that. */
  async function removeLarge(id: string, besides = ''): Promise<{ left: unknown; batches: number; kept: unknown }> {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id ${id}, k int, v int);
      insert into t select n, 1, case when n = 7 then 10 else n % 9 end from generate_series(1, 300) n;
      insert into t select n, n / 2, 0 from generate_series(400, 409) n;
      ${besides}`);
    let batches = 0;
    const context = await makeContext(db, { settings: { strategy: 'online', batchSize: 20, jobs: 2 } });
    const emit = (event: RunEvent): void => {
      if (event.kind === 'progress') batches += 1;
    };
    const rule = uniqueKey({ table: 't', key: ['k'], keep: ['v desc', 'id asc'], limit: { share: 1 } });
    const done = await dedupe({ ...context, emit }, { ...OPTIONS, rule });
    expect(done).toMatchObject({ findings: [], targets: [{ deleted: 304, archived: 304 }] });
    const [archive] = await column(sql, `select name from msgdb.archives where source_table = 't'`);
    const kept =
      id === 'int'
        ? []
        : await column(sql, `select distinct msgdb_survivor_1 from msgdb."${archive}" where k = 1 order by 1`);
    const left = await column(sql, 'select id from t where k = 1');
    await archiveRestore(context, { runId: done.runId ?? '', yes: true });
    expect(await column(sql, 'select count(*), count(distinct id) from t')).toEqual(['310']);
    return { left, batches, kept };
  }

  test.each(['int primary key', 'int'])('is removed in parts, each with the survivor (%s)', async (id) => {
    const { left, batches, kept } = await removeLarge(id);
    expect(left).toEqual(['7']);
    expect(kept).toEqual(id === 'int' ? [] : ['7']);
    expect(batches).toBeGreaterThanOrEqual(15);
  });

  test('is cut as well where losers are marked, and where children are re-pointed that cannot collide', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int, live boolean default true);
      insert into t select n, n / 101 from generate_series(1, 200) n;
      create table child (id int primary key, t_id int not null references t, other_id int references t on delete cascade);
      create index on child (t_id);
      create index on child (other_id);
      insert into child select n, n % 200 + 1, n * 7 % 200 + 1 from generate_series(1, 400) n`);
    const before = await readImages(sql);
    for (const losers of [{ set: { live: false } }, 'archive'] as const) {
      let batches = 0;
      const emit = (event: RunEvent): void => {
        if (event.kind === 'progress') batches += 1;
      };
      const settings = { strategy: 'online', batchSize: 10, jobs: 2 } as const;
      const context = { ...(await makeContext(db, { settings })), emit };
      const rule = uniqueKey({ table: 't', key: ['k'], where: 'live', losers, limit: { share: 1 } });
      const done = await dedupe(context, { ...OPTIONS, rule });
      const [deleted, marked] = losers === 'archive' ? [198, 0] : [0, 198];
      expect(done).toMatchObject({ findings: [], targets: [{ deleted, marked }] });
      expect(batches).toBeGreaterThanOrEqual(20);
      expect(await column(sql, 'select id from t where live order by 1')).toEqual(['1', '101']);
      const named = await column(sql, 'select distinct t_id from child union select other_id from child order by 1');
      expect(named).toEqual(['1', '101']);
      expect(await column(sql, 'select count(*) from child')).toEqual(['400']);
      expect(await archiveRestore(context, { runId: done.runId ?? '', yes: true })).toMatchObject({ findings: [] });
      expect(await readImages(sql)).toEqual(before);
    }
  });

  test('is removed by one job, what is beside it by all', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int);
      insert into t select n, 0 from generate_series(1, 100) n;
      insert into t select 100 + n, 1 + n % 30 from generate_series(1, 90) n;
      create table seen (k int, pid int);
      create function note() returns trigger language plpgsql as
        $$ begin insert into seen values (old.k, pg_backend_pid()); return old; end $$;
      create trigger note before delete on t for each row execute function note()`);
    const context = await makeContext(db, { settings: { strategy: 'online', batchSize: 10, jobs: 3 } });
    const done = await dedupe(context, OPTIONS);
    expect(done).toMatchObject({ findings: [], targets: [{ deleted: 159, archived: 159 }] });
    expect(await column(sql, 'select count(distinct pid) from seen where k = 0')).toEqual(['1']);
    expect(await column(sql, 'select count(distinct pid) from seen where k > 0')).toEqual(['3']);
    expect(await column(sql, 'select count(*), count(distinct k) from t')).toEqual(['31']);
  });

  test('keeps what has become the best row meanwhile, and no other', async () => {
    const { left, kept } = await removeLarge(
      'int primary key',
      `create function lift() returns trigger language plpgsql as $$
         begin update t set v = 99 where id = 200; return null; end $$;
       create trigger lift after delete on t for each row when (old.id = 50) execute function lift()`,
    );
    expect(left).toEqual(['200']);
    expect(kept).toEqual(['7', '200']);
  });
});

describe('batches', () => {
  test('fetch their rows by place: more of them do not read more of the table', async () => {
    const { sql } = db;
    const reads: number[] = [];
    for (const batchSize of [20_000, 1_000]) {
      await sql.unsafe(`
        drop table if exists t;
        create table t (id int primary key, k int);
        insert into t select n, n % 5000 from generate_series(1, 20000) n;
        analyze t`);
      const context = await makeContext(db, { settings: { strategy: 'online', batchSize } });
      const done = await dedupe(context, OPTIONS);
      expect(done).toMatchObject({ findings: [], targets: [{ deleted: 15_000, archived: 15_000 }] });
      // A session reports what it has read when it ends, at the latest.
      await until(async () => (await column(sql, DELETED))[0] === '15000');
      reads.push(Number((await column(sql, `select seq_tup_read from pg_stat_user_tables where relname = 't'`))[0]));
    }
    const [one = 0, many = 0] = reads;
    expect(many).toBeGreaterThan(0);
    expect(many).toBeLessThanOrEqual(one);
  });

  test('under a lock, few losers: the table is read to look, to confirm, to rank, and to look again', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k text, body text default repeat('x', 200));
      insert into t select n, md5((n % 19000)::text) from generate_series(1, 20000) n;
      analyze t`);
    const context = await makeContext(db, { settings: { strategy: 'locked' } });
    expect(await dedupe(context, OPTIONS)).toMatchObject({
      findings: [],
      targets: [{ deleted: 1000, archived: 1000 }],
    });
    await until(async () => (await column(sql, DELETED))[0] === '1000');
    const [read] = await column(sql, `select seq_tup_read from pg_stat_user_tables where relname = 't'`);
    expect(Number(read)).toBeLessThanOrEqual(4 * 20_000);
  });

  /** Each DELETE from t takes so many seconds longer. */
  async function makeDeletesLast(seconds: number): Promise<void> {
    await db.sql.unsafe(`
      create function linger() returns trigger language plpgsql as
        $$ begin perform pg_sleep(${seconds}); return null; end $$;
      create trigger linger before delete on t for each statement execute function linger()`);
  }

  test('become smaller, and rest, when a writer has to wait for one', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int, v int);
      insert into t select n, n % 600, 0 from generate_series(1, 1200) n`);
    await makeDeletesLast(0.2);
    const ends: { readonly groups: number; readonly at: number }[] = [];
    const emit = (event: RunEvent): void => {
      if (event.kind === 'progress') ends.push({ groups: event.done, at: performance.now() });
    };
    const context = await makeContext(db, { settings: { strategy: 'online' }, emit });
    const writer = db.open();
    // Connecting may take longer than the first batch.
    await writer`select 1`;
    let over = false;
    const working = dedupe(context, OPTIONS).finally(() => {
      over = true;
    });
    // Row by row, so that it soon meets one of the first batch, which has groups 1 to 100; an UPDATE would move rows away.
    for (let id = 1; ends.length === 0 && !over; id = (id % 80) + 1) {
      await writer`select from t where id = ${id} for update`;
    }
    expect(await working).toMatchObject({ findings: [], targets: [{ deleted: 600 }] });
    const [first, second] = ends;
    expect(first?.groups).toBe(100);
    expect((second?.groups ?? 0) - 100).toBeLessThanOrEqual(50);
    // The second batch takes 0.2 s at least, and the rest before it as long as the first took.
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(400);
  });

  test('nobody waits: they keep to a quarter of a second', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int, v int);
      insert into t select n, n % 3000, 0 from generate_series(1, 6000) n`);
    await makeDeletesLast(0.5);
    const ends: number[] = [0];
    const emit = (event: RunEvent): void => {
      if (event.kind === 'progress') ends.push(event.done);
      if (ends.length === 3) stop.abort();
    };
    const stop = new AbortController();
    const context = await makeContext(db, { settings: { strategy: 'online' }, emit, signal: stop.signal });
    await dedupe(context, OPTIONS);
    const [first, second] = [ends[1] ?? 0, (ends[2] ?? 0) - (ends[1] ?? 0)];
    expect(first).toBe(100);
    // Half of it where nothing else takes time, less on a busy machine.
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThanOrEqual(50);
  });
});

test('--memory is what looking for groups may use, shared by the workers', async () => {
  const { sql } = db;
  await sql.unsafe(`${TABLE}
    create table seen (tag text, work_mem bigint, workers int);
    create function note() returns event_trigger language plpgsql as $$ begin
      if exists (select from pg_event_trigger_ddl_commands() where object_identity like 'msgdb.work_staged') then
        insert into public.seen select tg_tag, setting::bigint, current_setting('max_parallel_workers_per_gather')::int
          from pg_settings where name = 'work_mem'; end if; end $$;
    create event trigger note on ddl_command_end when tag in ('CREATE TABLE AS') execute function note()`);
  for (const mebibytes of [8, 200]) {
    await sql`truncate seen`;
    const context = await makeContext(db, { settings: { strategy: 'online', memoryBytes: mebibytes * 1024 ** 2 } });
    await dedupe(context, OPTIONS);
    await sql`insert into t select n + 10000 * ${mebibytes}::int, n % 100 from generate_series(1, 300) n`;
    const [seen] = await sql<{ work_mem: string; workers: number }[]>`select * from seen limit 1`;
    const allowed = Number(seen?.work_mem) * ((seen?.workers ?? 0) + 1);
    expect(allowed).toBeLessThanOrEqual(mebibytes * 1024);
    expect(allowed).toBeGreaterThan(mebibytes * 1024 * 0.99);
  }
  await sql`drop event trigger note`;
});
