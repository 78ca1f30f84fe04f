import { beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { sql as sql_ } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  makeProjectOf,
  readImages,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** 100 groups of three. */
const TABLE = `
  create table t (id int primary key, k int, v int);
  insert into t select n, n % 100, n % 7 from generate_series(1, 300) n;`;
const RULE = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
const OPTIONS = { rule: RULE, dryRun: false, yes: true, samples: 0 };
const NIGHT = { from: 1_320, to: 300, zone: 'UTC' };
const [IN_IT, PAST_IT] = [new Date('2026-01-01T23:00:00Z'), new Date('2026-01-02T05:00:00Z')];

/** Rows that are left, and whether msgdb has written anything. */
async function left(): Promise<unknown> {
  const [row] = await db.sql`
    select (select count(*)::int from t) as rows, exists (select from pg_namespace where nspname = 'msgdb') as written`;
  return row;
}

/** A clock that stands in the window until something that a run tells of. */
function untilTold(told: (event: RunEvent) => boolean, settings: Partial<Context['settings']> = {}) {
  let now = IN_IT;
  let armed = true;
  const overrides = {
    now: () => now,
    emit: (event: RunEvent) => {
      if (armed && told(event)) now = PAST_IT;
    },
    settings: { strategy: 'online', window: NIGHT, ...settings },
  } as const satisfies ContextOverrides;
  return {
    overrides,
    nextNight: () => {
      now = IN_IT;
      armed = false;
    },
  };
}

describe('--window', () => {
  test('outside of it nothing is begun: exit 4, and nothing written', async () => {
    await db.sql.unsafe(TABLE);
    const context = await makeContext(db, { now: () => PAST_IT, settings: { window: NIGHT } });
    const closed = { code: 'MSGDB_WINDOW_CLOSED', exitCode: 4 };
    await expect(dedupe(context, OPTIONS)).rejects.toMatchObject(closed);
    // A person is not asked first.
    await expect(dedupe(context, { ...OPTIONS, yes: false })).rejects.toMatchObject(closed);
    const project = await makeProjectOf(db, [RULE], { now: () => PAST_IT, settings: { window: NIGHT } });
    await expect(project.migrate()).rejects.toMatchObject(closed);
    expect(await left()).toEqual({ rows: 300, written: false });
  });

  test('looking is not held up by it, and none lifts it', async () => {
    await db.sql.unsafe(TABLE);
    const context = await makeContext(db, { now: () => PAST_IT, settings: { window: NIGHT } });
    expect(await dedupe(context, { ...OPTIONS, dryRun: true })).toMatchObject({ targets: [{ excessRows: 200 }] });
    const lifted = { ...context, settings: { ...context.settings, window: 'always' } } as const;
    expect(await dedupe(lifted, OPTIONS)).toMatchObject({ findings: [], targets: [{ deleted: 200 }] });
  });

  test.each([1, 3])(
    'when it ends, a run with %i jobs stops between batches, and the next one goes on',
    async (jobs) => {
      await db.sql.unsafe(TABLE);
      const before = await readImages(db.sql);
      const atHalf = (event: RunEvent): boolean => event.kind === 'progress' && event.done >= 50;
      const { overrides, nextNight } = untilTold(atHalf, { jobs, batchSize: 30 });
      const project = await makeProjectOf(db, [{ ...RULE, index: 'once' }], overrides);
      const stopped = await project.migrate();
      expect(stopped).toMatchObject({ verdict: 'failed', exitCode: 4, findings: [{ code: 'MSGDB_WINDOW_CLOSED' }] });
      const message = stopped.findings[0]?.message ?? '';
      expect(message).toContain('the window, 22:00-05:00 (UTC, where it is 05:00), is over');
      const gone = Number(/ (\d+) rows had been removed by then, and are archived/.exec(message)?.[1]);
      // Whole groups, and not all of them.
      expect(gone % 2).toBe(0);
      expect(gone).toBeGreaterThan(0);
      expect(gone).toBeLessThan(200);
      expect(await left()).toEqual({ rows: 300 - gone, written: true });
      await expectNoDebris(db.sql);
      // Still outside: nothing more.
      await expect(project.migrate()).rejects.toMatchObject({ exitCode: 4 });
      expect(await left()).toEqual({ rows: 300 - gone, written: true });
      nextNight();
      expectOk(await project.migrate());
      expect(await left()).toEqual({ rows: 100, written: true });
      await expectExactUndo(db.sql, project, before);
    },
  );

  test('stops between two partitions, and the next run builds the others', async () => {
    await db.sql.unsafe(`
      create table p (day int, k int) partition by list (day);
      create table p_1 partition of p for values in (1); create table p_2 partition of p for values in (2);
      create table p_3 partition of p for values in (3); insert into p select 1 + n % 3, n from generate_series(1, 90) n`);
    const second = (event: RunEvent): boolean =>
      event.kind === 'progress' && event.title === 'partitions of p indexed' && event.done === 1;
    const { overrides, nextNight } = untilTold(second);
    const rule = uniqueKey({ table: 'p', key: ['day', 'k'], index: 'once' });
    const project = await makeProjectOf(db, [rule], overrides);
    expect(await project.migrate()).toMatchObject({ exitCode: 4, findings: [{ code: 'MSGDB_WINDOW_CLOSED' }] });
    const valid = `select indisvalid from pg_index where indexrelid = 'once'::regclass`;
    const parts = `select count(*) from pg_inherits where inhparent = 'once'::regclass`;
    expect([await column(db.sql, valid), await column(db.sql, parts)]).toEqual([['false'], ['1']]);
    nextNight();
    expectOk(await project.migrate());
    expect([await column(db.sql, valid), await column(db.sql, parts)]).toEqual([['true'], ['3']]);
  });

  test('stops between two steps, and between statements that run by themselves', async () => {
    await db.sql.unsafe(TABLE);
    const begun = (event: RunEvent): boolean => event.kind === 'step-started';
    const { overrides, nextNight } = untilTold(begun);
    const script = 'create index concurrently t_v on t (v); create index concurrently t_kv on t (k, v)';
    const project = await makeProjectOf(
      db,
      [sql_({ up: script, down: 'drop index t_v, t_kv', transaction: false })],
      overrides,
    );
    const indexes = `select count(*) from pg_indexes where tablename = 't' and indexname like 't\\_%v'`;
    expect(await project.migrate()).toMatchObject({ exitCode: 4, findings: [{ code: 'MSGDB_WINDOW_CLOSED' }] });
    expect(await column(db.sql, indexes)).toEqual(['0']);
    nextNight();
    expectOk(await project.migrate());
    expect(await column(db.sql, indexes)).toEqual(['2']);
  });

  test('what undoes keeps to no hours', async () => {
    await db.sql.unsafe(TABLE);
    const project = await makeProjectOf(db, [RULE]);
    expectOk(await project.migrate());
    const outside = {
      ...project.context,
      now: () => PAST_IT,
      settings: { ...project.context.settings, window: NIGHT },
    };
    expect(await rollback(outside, { dryRun: false })).toMatchObject({ verdict: 'ok' });
    expect(await left()).toMatchObject({ rows: 300 });
  });
});

describe('the pace of batches', () => {
  test.each([
    ['--max-rate', { maxRate: 500, batchSize: 30 }],
    ['--max-rate with jobs', { maxRate: 500, batchSize: 30, jobs: 3 }],
  ])('%s: all jobs together are no quicker', async (_, settings) => {
    await db.sql.unsafe(TABLE);
    const started = performance.now();
    const context = await makeContext(db, { settings: { strategy: 'online', ...settings } });
    expect(await dedupe(context, OPTIONS)).toMatchObject({ findings: [], targets: [{ deleted: 200 }] });
    // 300 rows at 500 a second; the last batch of each job is not waited for.
    expect(performance.now() - started).toBeGreaterThan(((300 - 90) / 500) * 1000);
  });

  test('--max-rate: what one pass has spent, the next one waits for', async () => {
    await db.sql.unsafe(TABLE);
    // New copies that come while the first pass, of one batch, removes the old ones.
    await db.sql.unsafe(`
      create table copied (at timestamptz);
      create function copy() returns trigger language plpgsql as $$ begin
        if not exists (select from copied) then
          insert into copied values (now());
          insert into t select 1000 + n, n from generate_series(0, 9) n;
        end if;
        return null;
      end $$;
      create trigger copy after delete on t for each statement execute function copy()`);
    const started = performance.now();
    const context = await makeContext(db, { settings: { strategy: 'online', maxRate: 300, batchSize: 300 } });
    await dedupe(context, OPTIONS);
    // 300 rows at 300 a second, before the rows of the second pass.
    expect(performance.now() - started).toBeGreaterThan(1_000);
  });

  test('--max-wal-rate: batches wait for what the server has written', async () => {
    await db.sql.unsafe(`create table t (id int primary key, k int, v text);
      insert into t select n, n % 1000, string_agg(md5(n::text || m), '') from generate_series(1, 3000) n, generate_series(1, 32) m group by n`);
    const started = performance.now();
    const context = await makeContext(db, {
      settings: { strategy: 'online', batchSize: 300, maxWalRateBytes: 2 ** 20 },
    });
    expect(await dedupe(context, OPTIONS)).toMatchObject({ findings: [], targets: [{ deleted: 2_000 }] });
    // The archive has 2 MB of rows, a megabyte a second.
    expect(performance.now() - started).toBeGreaterThan(1_500);
  });
});
