import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** Rows of `c` that go along with those of `b` by one column, and with those of `d` by another. */
const CROSSING = `
  create table a (id int primary key, k text);
  insert into a values (1, 'm'), (2, 'm'), (3, 'n'), (4, 'n');
  create table b (id int primary key, p int references a, unique (id, p));
  create table d (id int primary key, p int references a, unique (id, p));
  create table c (id int primary key, b_id int, p int, d_id int, dp int, n int,
                  foreign key (b_id, p) references b (id, p) on update cascade,
                  foreign key (d_id, dp) references d (id, p) on update cascade);`;

test.each([
  {
    what: 'breaks a CHECK once both have moved',
    rows: `insert into b values (1, 2); insert into d values (1, 4); insert into c values (7, 1, 2, 1, 4);
      alter table c add constraint not_four check (p + dp <> 4);`,
    says: /^Re-pointing d\.p would break the CHECK constraint not_four of c in 1 row of c, \(id\)=\(7\)\.$/,
    fix: /^Change or remove these rows: ON UPDATE CASCADE changes them/,
    mend: 'update c set d_id = null',
  },
  {
    what: 'would take what another row has until it goes along too',
    rows: `insert into b values (1, 2), (2, 4); insert into c values (7, 1, 2, null, null, 3), (8, 2, 4, null, null, 0);
      create unique index apart on c ((p + n));`,
    says: /^Re-pointing b\.p would give 1 row of c, \(id\)=\(7\), values that other rows have under apart of c until these are re-pointed too/,
    fix: /^Change or remove one of these rows first; or drop apart while msgdb works/,
    mend: 'update c set n = 9 where id = 8',
  },
  {
    what: 'is re-pointed itself after it has gone along, beside one that stays',
    rows: `create extension btree_gist; alter table c add own int references a;
      insert into b values (1, 2); insert into c values (7, 1, 2, null, null, 0, 4), (8, null, 2, null, null, 0, 3);
      alter table c add constraint apart exclude using gist (own with =, p with <>);`,
    says: /^Re-pointing c\.own would give 1 row of c, \(id\)=\(7\), values that other rows have under apart of c/,
    fix: /./,
    mend: 'delete from c where id = 8',
  },
])('a row that goes along with two others, and $what, refuses the plan', async ({ rows, says, fix, mend }) => {
  const { sql } = db;
  await sql.unsafe(CROSSING + rows);
  const project = await makeRule(db, { table: 'a', key: ['k'] }, { strategy: 'locked' });
  const before = await readImages(sql);
  const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
  expect(look.findings.map(({ message }) => message)).toEqual([expect.stringMatching(says)]);
  expect(look.findings[0]?.fix).toMatch(fix);
  expect((await project.migrate()).verdict).toBe('findings');
  expect(await readImages(sql)).toEqual(before);
  await sql.unsafe(mend);
  const mended = await readImages(sql);
  expectOk(await project.migrate());
  await expectExactUndo(sql, project, mended);
});

test.each(STRATEGIES)(
  'where only the order of batches would break a CHECK, all groups go at once (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`${CROSSING} insert into b values (1, 4); insert into d values (1, 2);
    insert into c values (7, 1, 4, 1, 2); alter table c add constraint in_turn check (p <> 4 or dp <> 1);`);
    const project = await makeRule(db, { table: 'a', key: ['k'] }, { strategy, batchSize: 1 });
    const before = await readImages(sql);
    const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    expect(JSON.stringify(look.plan)).toContain(
      'all groups go in one transaction: rows of c depend on several of them, and would break in_turn between two batches',
    );
    expectOk(await project.migrate());
    expect(await column(sql, "select concat_ws(' ', p, dp) from c")).toEqual(['3 1']);
    await expectExactUndo(sql, project, before);
  },
);
