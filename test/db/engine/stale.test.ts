import type postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { dedupeScript } from '../../../src/commands/dedupe/dedupe-script.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));
afterEach(async () => db.sql.unsafe('drop event trigger if exists meanwhile'));

/** Does something just after msgdb has made a table of its own: between two looks at the rows. */
async function when(sql: postgres.Sql, made: string, something: string): Promise<void> {
  await sql.unsafe(`
    create table public.met (table_name text);
    create function public.meanwhile() returns event_trigger language plpgsql as $$ declare made text; begin
      select object_identity into made from pg_event_trigger_ddl_commands() where object_identity like 'msgdb.${made}' limit 1;
      if made is null or exists (select from public.met) then return; end if;
      insert into public.met values (made);
      ${something}; end $$;
    create event trigger meanwhile on ddl_command_end when tag in ('CREATE TABLE', 'CREATE TABLE AS') execute function public.meanwhile()`);
}

/** 1, 2, 3 are copies; so are 4 and 5; 6 stands alone. */
const TABLE = `
  create table t (id int primary key, k int, v int);
  insert into t values (1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 4), (5, 2, 5), (6, 3, 6);`;

async function dedupeOnce(strategy: 'locked' | 'online', rule: Partial<UniqueKeyOptions> = {}) {
  const context = await makeContext(db, { settings: { strategy, batchSize: 1 } });
  const options = {
    rule: uniqueKey({ table: 't', key: ['k'], limit: { share: 1 }, ...rule }),
    dryRun: false,
    yes: true,
  };
  return { context, report: await dedupe(context, { ...options, samples: 0 }) };
}

describe('rows that change between the look and the run', () => {
  test.each(STRATEGIES)('are judged by what they are then (%s)', async (strategy) => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    // 2 leaves its group, 5 goes, 6 gets a copy, and 4 changes places with a row that is no copy.
    await when(
      sql,
      'archive_t%',
      `update t set k = 9 where id = 2; delete from t where id = 5; insert into t values (7, 3, 7); update t set k = 8 where id = 4;
       insert into t values (8, 2, 8)`,
    );
    const { report } = await dedupeOnce(strategy);
    expect(report).toMatchObject({ findings: [], targets: [{ deleted: 2 }] });
    expect(await column(sql, 'select table_name from met')).toHaveLength(1);
    expect(await column(sql, 'select id from t order by id')).toEqual(['1', '2', '4', '6', '8']);
  });

  test('a group of which the survivor goes when it has been staged keeps another', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    await when(sql, 'work_staged', 'delete from t where id in (1, 4); update t set v = 0 where id = 2');
    const { report } = await dedupeOnce('online');
    expect(report).toMatchObject({ findings: [], targets: [{ deleted: 1 }] });
    expect(await column(sql, 'select id from t order by id')).toEqual(['2', '5', '6']);
  });

  test('a place that was staged and belongs to another row by then is not taken for the copy', async () => {
    const { sql } = db;
    await sql.unsafe(
      `${TABLE} create table spare (like t); insert into spare values (10, 10, 0), (11, 11, 0), (12, 12, 0)`,
    );
    const context = await makeContext(db, {
      settings: { strategy: 'online', batchSize: 2, batchDelayMs: 300 },
    });
    const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
    let rewritten: Promise<unknown> | undefined;
    const emit = (event: { kind: string }): void => {
      // After the first batch: the rows change places, all that are staged are somewhere else.
      if (event.kind === 'progress')
        rewritten ??= db.sql
          .unsafe(`begin; create temp table kept as select * from t where k <> 2; truncate t;
          insert into t select * from spare; insert into t select * from kept; insert into t values (5, 2, 5), (4, 2, 4); commit`)
          .execute();
    };
    const report = await dedupe({ ...context, emit }, { rule, dryRun: false, yes: true, samples: 0 });
    await rewritten;
    expect(report).toMatchObject({ findings: [], targets: [{ deleted: 3 }] });
    expect(await column(sql, 'select id from t order by id')).toEqual(['1', '4', '6', '10', '11', '12']);
  });
});

describe('a table that is altered between the look and the run', () => {
  const ALTERED = 'The columns of t, or the foreign keys that refer to it, have changed since msgdb looked at them';

  test.each(STRATEGIES)('is left as it is: the archive would not have its new column (%s)', async (strategy) => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    await when(sql, 'runs', `alter table t add more text; update t set more = 'kept'`);
    const { report } = await dedupeOnce(strategy);
    expect(report.findings).toMatchObject([
      { code: 'MSGDB_STOPPED', message: expect.stringContaining(`${ALTERED}; the batch was undone`) },
    ]);
    expect(await column(sql, `select id from t where more = 'kept' order by id`)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
    await sql.unsafe('drop event trigger meanwhile');
    expect(await dedupeOnce(strategy)).toMatchObject({ report: { findings: [], targets: [{ deleted: 3 }] } });
  });

  test.each(STRATEGIES)('keeps the rows of a foreign key that nobody knew of (%s)', async (strategy) => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    await when(
      sql,
      'runs',
      'create table child (id int references t on delete cascade); insert into child select id from t',
    );
    const { report } = await dedupeOnce(strategy);
    expect(report.findings).toMatchObject([{ code: 'MSGDB_STOPPED', message: expect.stringContaining(ALTERED) }]);
    expect(await column(sql, 'select id from child order by id')).toEqual(['1', '2', '3', '4', '5', '6']);
    await sql.unsafe('drop table child');
  });

  test('is looked at where copies among the children go, and not where they are re-pointed alone', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      create table moved (t_id int references t);
      create table child (t_id int references t, n int, unique (t_id, n));
      insert into moved values (2); insert into child values (1, 1), (2, 1)`);
    await when(sql, 'work_%', 'alter table moved add more int; alter table t add constraint positive check (id > 0)');
    expect(await dedupeOnce('online')).toMatchObject({ report: { findings: [], targets: [{ deleted: 3 }] } });
    await sql.unsafe(`insert into t values (2, 1, 2); insert into child values (2, 1);
      drop event trigger meanwhile; drop function meanwhile; drop table met`);
    await when(sql, 'work_%', `alter table child add more text; update child set more = 'kept'`);
    const { report } = await dedupeOnce('online');
    expect(report.findings).toMatchObject([
      { code: 'MSGDB_STOPPED', message: expect.stringContaining('The columns of t or child, or the foreign keys') },
    ]);
    expect(await column(sql, `select t_id from child where more = 'kept' order by t_id`)).toEqual(['1', '2']);
  });

  test('keeps a script from running that was written for other columns', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
    const script = await dedupeScript(await makeContext(db, { settings: { strategy: 'locked' } }), { rule });
    await sql.unsafe('alter table t add more int');
    await expect(sql.unsafe(script)).rejects.toThrow(ALTERED);
    await sql.unsafe('rollback');
    await sql.unsafe('alter table t drop more');
    await sql.unsafe(script);
    expect(await column(sql, 'select id from t order by id')).toEqual(['1', '4', '6']);
  });
});

describe('a type whose values all have one hash', () => {
  const TYPE = `
    create type same;
    create function same_in(cstring) returns same language internal immutable strict as 'int4in';
    create function same_out(same) returns cstring language internal immutable strict as 'int4out';
    create function same_send(same) returns bytea language internal immutable strict as 'int4send';
    create function same_receive(internal) returns same language internal immutable strict as 'int4recv';
    create type same (input = same_in, output = same_out, send = same_send, receive = same_receive, like = int4);
    ${['lt', 'le', 'eq', 'ge', 'gt']
      .map(
        (each) =>
          `create function same_${each}(same, same) returns boolean language internal immutable strict as 'int4${each}';`,
      )
      .join('\n')}
    create operator < (leftarg = same, rightarg = same, function = same_lt);
    create operator <= (leftarg = same, rightarg = same, function = same_le);
    create operator = (leftarg = same, rightarg = same, function = same_eq, hashes, merges);
    create operator >= (leftarg = same, rightarg = same, function = same_ge);
    create operator > (leftarg = same, rightarg = same, function = same_gt);
    create function same_cmp(same, same) returns int language internal immutable strict as 'btint4cmp';
    create operator class same_order default for type same using btree as
      operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 same_cmp(same, same);
    create function same_hash(same) returns int language sql immutable strict as 'select 42';
    create function same_hash(same, bigint) returns bigint language sql immutable strict as 'select 42::bigint';
    create operator class same_hashing default for type same using hash as
      operator 1 =, function 1 same_hash(same), function 2 same_hash(same, bigint);
    create table t (id int primary key, k same, v int);
    insert into t select n, (n % 7)::text::same, n from generate_series(1, 20) n;
    insert into t values (21, '100', 0), (22, '101', 0);`;

  test.each(STRATEGIES)('groups by the values themselves: unequal keys are never merged (%s)', async (strategy) => {
    const { sql } = db;
    await sql.unsafe(TYPE);
    const before = await readImages(sql);
    expect(
      await column(sql, 'select distinct hash_record_extended(row(k), 0) from t'),
      'what this test is about',
    ).toHaveLength(1);
    const { context, report } = await dedupeOnce(strategy, { merge: { v: 'sum' } });
    expect(report).toMatchObject({ findings: [], targets: [{ deleted: 13 }] });
    expect(await column(sql, 'select id from t order by id')).toEqual(['1', '2', '3', '4', '5', '6', '7', '21', '22']);
    expect(await column(sql, 'select sum(v) from t')).toEqual(['210']);
    expect(await archiveRestore(context, { runId: report.runId ?? '', yes: true })).toMatchObject({ findings: [] });
    expect(await readImages(sql)).toEqual(before);
  });

  test.each(STRATEGIES)('groups that disagree are told from those of other keys (%s)', async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`${TYPE} update t set v = id % 7 / 3; update t set v = 9 where id in (1, 2)`);
    const { report } = await dedupeOnce(strategy, { agree: ['v'] });
    expect(report.findings).toMatchObject([
      { code: 'MSGDB_GROUP_DISAGREES', message: expect.stringMatching(/ 2 groups/) },
    ]);
    expect(await column(sql, `select count(*) from t group by k having count(*) > 1`)).toEqual(['3', '3']);
  });

  test.each(STRATEGIES)('the index is built, and undone exactly (%s)', async (strategy) => {
    const { sql } = db;
    await sql.unsafe(TYPE);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy, jobs: 2, batchSize: 1 });
    expectOk(await project.migrate());
    expectOk(await project.verify());
    await expectExactUndo(sql, project, before);
  });
});
