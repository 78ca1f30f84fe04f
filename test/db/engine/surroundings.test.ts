import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  expectSecondRunDoesNothing,
  makeRule,
  readImages,
  STRATEGIES,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const TABLE = `
  create table t (id int primary key, k text, n int, updated_at timestamptz not null default '2020-01-01');
  insert into t values (1, 'a', null), (2, 'a', 2), (3, 'b', 3), (4, 'c', 4), (5, 'c', 5);`;
const RULE = { table: 't', key: ['k'], keep: ['id'], merge: { n: 'first-non-null' } } as const;

describe('triggers', () => {
  test.each(STRATEGIES)('one that keeps a row undoes the batch with an error that says so (%s)', async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      create function keep() returns trigger language plpgsql as $$ begin if old.id = 5 then return null; end if; return old; end $$;
      create trigger keep before delete on t for each row execute function keep()`);
    const before = await readImages(sql);
    const project = await makeRule(db, RULE, { strategy, batchSize: 10 });
    const report = await project.migrate();
    expect(report).toMatchObject({ verdict: 'findings', exitCode: 1, findings: [{ code: 'MSGDB_STOPPED' }] });
    expect(report.findings[0]?.message).toMatch(/2 rows were to be removed, but only 1/);
    expect(await readImages(sql)).toEqual(before);
    await expectNoDebris(sql);
    await sql.unsafe('drop trigger keep on t');
    expectOk(await project.migrate());
    await expectExactUndo(sql, project, before);
  });

  test('one that sets updated_at: its value is recorded, and undo puts the old one back', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      create function touch() returns trigger language plpgsql as $$ begin new.updated_at := clock_timestamp(); return new; end $$;
      create trigger touch before insert or update on t for each row execute function touch()`);
    const before = await readImages(sql);
    const project = await makeRule(db, RULE);
    expectOk(await project.migrate());
    expect(await column(sql, "select id from t where updated_at > '2024-01-01'")).toEqual(['1']);
    await expectExactUndo(sql, project, before);
    expect(await column(sql, `select tgname || tgenabled::text from pg_trigger where tgrelid = 't'::regclass`)).toEqual(
      ['touchO'],
    );
  });

  test('one on a child that sets updated_at', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      create table child (id int primary key, t_id int references t, updated_at timestamptz default '2020-01-01');
      insert into child values (1, 2), (2, 5);
      create function touch() returns trigger language plpgsql as $$ begin new.updated_at := clock_timestamp(); return new; end $$;
      create trigger touch before update on child for each row execute function touch()`);
    const before = await readImages(sql);
    const project = await makeRule(db, RULE);
    expectOk(await project.migrate());
    await expectExactUndo(sql, project, before);
  });

  test('audit triggers see the deletes, and the undo as inserts', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      create table audit (what text, id int);
      create function note() returns trigger language plpgsql as $$ begin insert into audit values (tg_op, coalesce(old.id, new.id)); return null; end $$;
      create trigger note after insert or update or delete on t for each row execute function note()`);
    const project = await makeRule(db, { ...RULE, merge: {} });
    expectOk(await project.migrate());
    expectOk(await project.rollback());
    expect(await column(sql, 'select what || id from audit order by 1')).toEqual([
      'DELETE2',
      'DELETE5',
      'INSERT2',
      'INSERT5',
    ]);
  });

  test('one that inserts new copies is met with more passes', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      create function again() returns trigger language plpgsql as $$ begin
        if old.id < 100 then insert into t values (old.id + 100, old.k, null); end if; return old; end $$;
      create trigger again after delete on t for each row execute function again()`);
    const project = await makeRule(db, RULE, { strategy: 'online' });
    expectOk(await project.migrate());
    expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3', '4']);
    await expectSecondRunDoesNothing(sql, project);
  });
});

test("rules and triggers that do not fire now are in nobody's way", async () => {
  const { sql } = db;
  await sql.unsafe(`${TABLE}
    create rule r as on delete to t do instead nothing; alter table t disable rule r;
    create function no() returns trigger language plpgsql as 'begin return null; end';
    create trigger off before delete on t for each row execute function no(); alter table t disable trigger off;
    create trigger elsewhere before delete on t for each row execute function no(); alter table t enable replica trigger elsewhere`);
  const before = await readImages(sql);
  const project = await makeRule(db, RULE);
  const { plan } = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
  expect(plan[0]?.notes).toEqual([]);
  expectOk(await project.migrate());
  expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3', '4']);
  await expectExactUndo(sql, project, before);
});

test('the plan names the triggers that would fire, by what is done to their table', async () => {
  const { sql } = db;
  await sql.unsafe(`${TABLE}
    create table child (id int primary key, t_id int references t);
    create table other (id int primary key);
    create function f() returns trigger language plpgsql as 'begin return null; end';
    create trigger gone after delete on t for each row execute function f();
    create trigger changed after update on t for each row execute function f();
    create trigger made after insert on t for each row execute function f();
    create trigger moved after update on child for each row execute function f();
    create trigger kept after delete on child for each row execute function f();
    create table parted (id int, t_id int references t) partition by range (id);
    create table parted_1 partition of parted default partition by list (t_id);
    create table parted_1_1 partition of parted_1 default;
    create trigger all_of_them after update on parted for each row execute function f();
    create trigger between before update on parted_1 for each row execute function f();
    create trigger alone after update or delete on parted_1_1 for each row execute function f();
    create trigger elsewhere after insert on parted_1_1 for each row execute function f()`);
  const project = await makeRule(db, { ...RULE, merge: {} });
  const { plan } = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
  expect(plan[0]?.notes).toEqual([
    'Triggers of t fire, also when it is undone, and may change rows: gone (after delete).',
    'Triggers of child fire, also when it is undone, and may change rows: moved (after update).',
    'Triggers of parted fire, also when it is undone, and may change rows: all_of_them (after update).',
    'Triggers of parted_1 fire, also when it is undone, and may change rows: between (before update).',
    'Triggers of parted_1_1 fire, also when it is undone, and may change rows: alone (after delete or update).',
  ]);
});

test.each(STRATEGIES)('inherited tables are not covered, as by any index (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`${TABLE}
    create table heir () inherits (t); insert into heir values (1, 'a', 9), (2, 'a', 9), (10, 'b', 9)`);
  const before = await readImages(sql);
  const project = await makeRule(db, RULE, { strategy });
  expectOk(await project.migrate());
  expect(await column(sql, 'select id from only t order by 1')).toEqual(['1', '3', '4']);
  expect(await column(sql, 'select id from heir order by 1')).toEqual(['1', '2', '10']);
  await expectSecondRunDoesNothing(sql, project);
  await expectExactUndo(sql, project, before);
});

test('partitions whose rows have the same ctid: only copies are touched', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int, k text, region text, n int, primary key (id, region)) partition by list (region);
    create table t_eu partition of t for values in ('eu');
    create table t_us partition of t for values in ('us');
    insert into t values (1, 'a', 'eu', 1), (2, 'b', 'eu', 2), (3, 'b', 'eu', 3), (1, 'a', 'us', 1), (2, 'a', 'us', 2), (3, 'c', 'us', 3), (101, 'a', 'us', 4);
    create table child (id int primary key, t_id int, region text, foreign key (t_id, region) references t on delete cascade);
    insert into child values (1, 3, 'eu'), (2, 2, 'us'), (3, 3, 'us'), (4, 101, 'us');
    create table of_leaf (id int primary key, t_id int, region text, foreign key (t_id, region) references t_us on delete cascade);
    insert into of_leaf values (1, 2, 'us'), (2, 3, 'us')`);
  const before = await readImages(sql);
  const rule = { table: 't', key: ['k', 'region'], keep: ['id'], merge: { n: 'sum' } } as const;
  const project = await makeRule(db, rule, { strategy: 'online' });
  expectOk(await project.migrate());
  expect(await column(sql, 'select t::text from t order by region, id')).toEqual([
    '(1,a,eu,1)',
    '(2,b,eu,5)',
    '(1,a,us,7)',
    '(3,c,us,3)',
  ]);
  expect(await column(sql, 'select child::text from child order by 1')).toEqual([
    '(1,2,eu)',
    '(2,1,us)',
    '(3,3,us)',
    '(4,1,us)',
  ]);
  expect(await column(sql, 'select of_leaf::text from of_leaf order by 1')).toEqual(['(1,1,us)', '(2,3,us)']);
  expect(await column(sql, 'select count(*) from pg_index where not indisvalid')).toEqual(['0']);
  await expectSecondRunDoesNothing(sql, project);
  await expectExactUndo(sql, project, before);
});

test('an unlogged table, a table in a tablespace of its own with storage options, and one without rows', async () => {
  const { sql } = db;
  await sql.unsafe(
    `create unlogged table t (id int primary key, k text, n int) with (fillfactor = 10); insert into t select n, 'a' from generate_series(1, 5) n`,
  );
  const before = await readImages(sql);
  const project = await makeRule(db, RULE);
  expectOk(await project.migrate());
  await expectExactUndo(sql, project, before);
});
