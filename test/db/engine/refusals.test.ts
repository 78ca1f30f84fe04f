import { beforeEach, describe, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeRule, readImages } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const TABLE = `
  create table t (id int primary key, k text, n int, updated_at timestamptz not null default '2020-01-01');
  insert into t values (1, 'a', null), (2, 'a', 2), (3, 'b', 3), (4, 'c', 4), (5, 'c', 5);`;
const RULE = { table: 't', key: ['k'], keep: ['id'], merge: { n: 'first-non-null' } } as const;

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
      'two ways to merge one column, under two of its names',
      TABLE,
      { merge: { n: 'sum', N: 'max' } },
      'MSGDB_USAGE',
      /merge names the column n more than once/,
    ],
    [
      'two values for one column of losers',
      TABLE,
      { merge: {}, losers: { set: { n: 1, N: 2, k: null } } },
      'MSGDB_USAGE',
      /losers.set names the column n more than once/,
    ],
    ['two directions of one column', TABLE, { keep: ['n asc', 'N desc'] }, 'MSGDB_USAGE', /keep names the column n/],
    [
      'a publication without a replica identity',
      `create table t (id int, k text, n int); insert into t values (1, 'a'), (2, 'a'); create publication p for table t`,
      { keep: [], merge: {} },
      'MSGDB_REFUSED',
      /published \(p\)/,
    ],
    [
      'a rule that rewrites INSERT, which undo needs',
      `${TABLE} create rule quiet as on insert to t do instead nothing`,
      {},
      'MSGDB_REFUSED',
      /rules \(quiet\) that could rewrite an UPDATE, a DELETE, or the INSERT that undoes it/,
    ],
    [
      'a publication whose replica identity was an index that is gone',
      `create table t (id int not null, k text, n int); create unique index u on t (id); alter table t replica identity using index u; drop index u; insert into t values (1, 'a'), (2, 'a'); create publication p for table t`,
      { keep: [], merge: {} },
      'MSGDB_REFUSED',
      /published \(p\) without a replica identity/,
    ],
    [
      'a loser whose primary key another row has, by a damaged index, and that has children',
      `${TABLE} create table child (t_id int references t on delete cascade);
       update pg_index set indisready = false, indisvalid = false where indexrelid = 't_pkey'::regclass;
       insert into t values (2, 'z', 9);
       update pg_index set indisready = true, indisvalid = true where indexrelid = 't_pkey'::regclass;
       insert into child values (2)`,
      {},
      'MSGDB_REFUSED',
      /1 row of t has the same id as a row that would be removed, but is not a copy of it/,
    ],
    [
      'a reference to a column that is not unique',
      `${TABLE} update t set n = case when id = 3 then 2 else id end; create table child (n int); insert into child values (2)`,
      { merge: {}, references: [{ table: 'child', column: 'n', to: ['n'] }] },
      'MSGDB_REFUSED',
      /has the same n as a row that would be removed/,
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
      'a publication of what goes along by ON UPDATE CASCADE',
      `${TABLE} create table child (id int primary key, t_id int references t, unique (id, t_id)); insert into child values (1, 2);
       create table grandchild (c_id int, t_id int, foreign key (c_id, t_id) references child (id, t_id) on update cascade);
       create publication p for table grandchild`,
      {},
      'MSGDB_REFUSED',
      /grandchild is published/,
    ],
    [
      'rules of what goes along by ON UPDATE CASCADE',
      `${TABLE} create table child (id int primary key, t_id int references t, unique (id, t_id)); insert into child values (1, 2);
       create table grandchild (c_id int, t_id int, foreign key (c_id, t_id) references child (id, t_id) on update cascade);
       create rule r as on update to grandchild do instead nothing`,
      {},
      'MSGDB_REFUSED',
      /grandchild has rules/,
    ],
    [
      'a view',
      `${TABLE} alter table t rename to real; create view t as select * from real`,
      {},
      'MSGDB_TABLE_REFUSED',
      /is a view; its rows are in real/,
    ],
    [
      'a materialised view',
      `${TABLE} alter table t rename to real; create materialized view t as select * from real`,
      {},
      'MSGDB_TABLE_REFUSED',
      /is a materialized view; its rows are in real/,
    ],
    [
      'a foreign table',
      `create extension if not exists postgres_fdw; create server s foreign data wrapper postgres_fdw; create foreign table t (id int, k text, n int) server s`,
      {},
      'MSGDB_TABLE_REFUSED',
      /foreign table/,
    ],
    [
      'a partitioned table of which a partition is a foreign table',
      `create table t (id int, k text, n int) partition by list (k); create table t_a partition of t for values in ('a');
       create extension if not exists file_fdw; create server f foreign data wrapper file_fdw;
       create foreign table t_b partition of t for values in ('b') server f options (filename '/dev/null')`,
      {},
      'MSGDB_REFUSED',
      /its partition t_b is a foreign table/,
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
      /expression/,
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
    await sql.unsafe('drop extension if exists postgres_fdw, file_fdw cascade');
  });

  test.each([
    ['nothing', 'alter table "public"."t" replica identity default; (its primary key is one)'],
    [
      'nothing; alter table t drop constraint t_pkey',
      'alter table "public"."t" replica identity full; or add a primary key.',
    ],
  ])('a publication of a table with the replica identity %s', async (identity, fix) => {
    await db.sql.unsafe(`${TABLE} create publication p for table t; alter table t replica identity ${identity}`);
    const project = await makeRule(db, RULE);
    expect((await project.migrate()).findings[0]).toMatchObject({ code: 'MSGDB_REFUSED', fix });
  });

  test('a name with capitals that lacks its double quotes is shown with them', async () => {
    await db.sql.unsafe('create table t (id int primary key, k text, "isOpen" boolean, "ISOPEN2" int)');
    const project = await makeRule(db, { table: 't', key: ['k'], where: 'k is not null and isOpen' });
    expect((await project.migrate()).findings).toMatchObject([
      {
        code: 'MSGDB_EXPRESSION_INVALID',
        fix: 'Write "isOpen": in SQL a name with capitals stands in double quotes.',
      },
    ]);
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
