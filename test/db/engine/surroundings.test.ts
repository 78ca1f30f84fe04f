import { beforeEach, describe, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
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
    expect(report.verdict).toBe('failed');
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

describe('refused before anything is changed, with the reason:', () => {
  const CASES: readonly (readonly [name: string, setup: string, rule: object, code: string, message: RegExp])[] = [
    [
      'a rule that rewrites DELETE',
      `${TABLE} create rule soft as on delete to t do instead update t set n = 0 where id = old.id`,
      {},
      'MSGDB_REFUSED',
      /rules \(soft\)/,
    ],
    [
      'a publication without a replica identity',
      `create table t (id int, k text, n int); insert into t values (1, 'a'), (2, 'a'); create publication p for table t`,
      { keep: [], merge: {} },
      'MSGDB_REFUSED',
      /published \(p\)/,
    ],
    [
      'a publication of all tables of a schema',
      `create table t (id int, k text, n int); insert into t values (1, 'a'), (2, 'a'); create publication p for tables in schema public`,
      { keep: [], merge: {} },
      'MSGDB_REFUSED',
      /published \(p\)/,
    ],
    [
      'a publication of a child without a replica identity',
      `${TABLE} create table child (t_id int references t); insert into child values (2); create publication p for table child`,
      {},
      'MSGDB_REFUSED',
      /child.*published/,
    ],
    [
      'rules of a child',
      `${TABLE} create table child (id int primary key, t_id int references t on delete cascade); insert into child values (1, 2); create rule r as on update to child do instead nothing`,
      {},
      'MSGDB_REFUSED',
      /child.*rules/,
    ],
    [
      'a view',
      `${TABLE} alter table t rename to real; create view t as select * from real`,
      {},
      'MSGDB_REFUSED',
      /is a view/,
    ],
    [
      'a materialised view',
      `${TABLE} alter table t rename to real; create materialized view t as select * from real`,
      {},
      'MSGDB_REFUSED',
      /rows of its own/,
    ],
    [
      'a foreign table',
      `create extension if not exists postgres_fdw; create server s foreign data wrapper postgres_fdw; create foreign table t (id int, k text, n int) server s`,
      {},
      'MSGDB_REFUSED',
      /foreign table/,
    ],
    [
      'a partitioned table whose partition key is not in the key',
      `create table t (id int, k text, n int, day date, primary key (id, day)) partition by range (day)`,
      {},
      'MSGDB_REFUSED',
      /partitioned by day/,
    ],
    [
      'a table whose partitions are partitioned by a column that is not in the key',
      `create table t (id int, k text, n int, primary key (id, k)) partition by list (k); create table t_a partition of t for values in ('a') partition by range (id)`,
      { merge: {} },
      'MSGDB_REFUSED',
      /partitioned by id/,
    ],
    ['a column that is not there', TABLE, { key: ['kk'] }, 'MSGDB_COLUMN_NOT_FOUND', /no column kk/],
    [
      'an expression that is wrong',
      TABLE,
      { key: [{ expression: 'lower(kk)' }] },
      'MSGDB_EXPRESSION_INVALID',
      /lower\(kk\)/,
    ],
    [
      'an expression that closes the parenthesis',
      TABLE,
      { key: [{ expression: 'k) , (n' }] },
      'MSGDB_EXPRESSION_INVALID',
      /cannot be used/,
    ],
    [
      'an expression that is a comment',
      TABLE,
      { key: [{ expression: 'k -- ' }], keep: ['(1/0) desc'] },
      'MSGDB_EXPRESSION_INVALID',
      /./,
    ],
    ['a key of json', 'create table t (id int primary key, k json, n int)', {}, 'MSGDB_REFUSED', /no|cannot/],
    ['a collation in an expression', TABLE, { key: [{ expression: 'k COLLATE "C"' }] }, 'MSGDB_REFUSED', /collation/],
    [
      'columns named as the archive own',
      "create table t (id int primary key, k text, n int, msgdb_row int); insert into t values (1, 'a'), (2, 'a')",
      {},
      'MSGDB_REFUSED',
      /msgdb_/,
    ],
    [
      'children with columns named as the archive own',
      `${TABLE} create table child (t_id int references t, msgdb_row int); insert into child values (2)`,
      {},
      'MSGDB_REFUSED',
      /msgdb_/,
    ],
  ];

  test.each(CASES)('%s', async (_, setup, rule, code, message) => {
    const { sql } = db;
    await sql.unsafe(setup);
    const before = await readImages(sql);
    const project = await makeRule(db, { ...RULE, ...rule });
    const report = await project.migrate();
    expect(report.findings[0]).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(report.verdict).not.toBe('ok');
    expect(await readImages(sql)).toEqual(before);
    expect(await column(sql, `select to_regnamespace('msgdb')`)).toEqual([null]);
    await sql.unsafe('drop extension if exists postgres_fdw cascade');
  });

  test('rows hidden by row-level security, of the table or of a child', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      create table child (id int primary key, t_id int references t on delete cascade);
      insert into child values (1, 2)`);
    const role = await db.createRole('owner');
    await sql.unsafe(`
      grant create on database ${db.name} to ${role.name}; grant all on schema public to ${role.name};
      alter table t owner to ${role.name}; alter table child owner to ${role.name};
      alter table child enable row level security; alter table child force row level security;
      create policy p on child using (false)`);
    const before = await readImages(sql);
    const project = await makeRule({ url: role.url }, RULE);
    expect((await project.migrate()).findings[0]).toMatchObject({
      code: 'MSGDB_ROWS_HIDDEN',
      message: expect.stringMatching(/child/),
    });
    await sql.unsafe(
      'alter table child no force row level security; alter table t enable row level security; alter table t force row level security',
    );
    expect((await project.migrate()).findings[0]).toMatchObject({ code: 'MSGDB_ROWS_HIDDEN' });
    const context = await makeContext({ url: role.url });
    const rule = uniqueKey(RULE);
    await expect(findDuplicates(context, { rule, samples: 1 })).rejects.toMatchObject({ code: 'MSGDB_ROWS_HIDDEN' });
    await expect(dedupe(context, { rule, dryRun: false, yes: true, samples: 1 })).rejects.toMatchObject({
      code: 'MSGDB_ROWS_HIDDEN',
    });
    expect(await readImages(sql)).toEqual(before);
    await sql.unsafe('alter table t no force row level security');
    expectOk(await project.migrate());
  });

  test('a child that the role may not write', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}
      create table child (id int primary key, t_id int references t on delete cascade);
      insert into child values (1, 2)`);
    const role = await db.createRole('clerk');
    await sql.unsafe(
      `grant create on database ${db.name} to ${role.name}; grant all on schema public to ${role.name}; alter table t owner to ${role.name}; grant select on child to ${role.name}`,
    );
    const before = await readImages(sql);
    const project = await makeRule({ url: role.url }, RULE);
    const report = await project.migrate();
    expect(report.findings[0]?.code).toBe('MSGDB_PERMISSION_DENIED');
    expect(report.exitCode).toBe(3);
    expect(await readImages(sql)).toEqual(before);
  });
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
