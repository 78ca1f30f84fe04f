import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import type { PlanStepReport } from '../../../src/model/plan-report.ts';
import type { MigrateReport } from '../../../src/model/report.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, makeRule, readImages, takeTurns } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const LOOK = { dryRun: true, allowOutOfOrder: false };
/** Every group could be a batch by itself. */
const SMALL = { strategy: 'online', batchSize: 1 } as const;

/** Copies in `a`, what the plan says of their batches, and what is there in the end. */
interface BatchCase {
  readonly name: string;
  readonly schema: string;
  readonly rule?: Partial<UniqueKeyOptions>;
  readonly says: RegExp;
  readonly left: Readonly<Record<string, readonly string[]>>;
}

/** Groups are settled in the order in which their first rows stand. */
const TREE = 'create table a (id int primary key, k int, v int, up int references a';

const LINKED: readonly BatchCase[] = [
  {
    name: 'a survivor takes a reference to a loser of another group, which a CHECK would refuse',
    schema: `${TREE}, constraint above check (up < id or v > 1));
      insert into a values (2, 3, 1, null), (4, 3, null, 3), (1, 1, 2, null), (3, 1, 2, null);`,
    rule: { merge: { up: 'first-non-null' } },
    says: /all groups go in one transaction: rows of a depend on several of them$/m,
    left: { a: ['(1,1,2,)', '(2,3,1,1)'] },
  },
  {
    name: 'the greatest of two references is another one before one of them is re-pointed',
    schema: `${TREE});
      insert into a values (2, 3, 0, null), (3, 3, 0, 2), (4, 3, 0, 5), (1, 1, 0, null), (5, 1, 0, null);`,
    rule: { merge: { up: 'max' } },
    says: /all groups go in one transaction: rows of a depend on several of them$/m,
    left: { a: ['(1,1,0,)', '(2,3,0,2)'] },
  },
  {
    name: 'what losers are marked with is allowed beside the reference they will have',
    schema: `${TREE}, constraint above check (up < id or v > 1));
      insert into a values (2, 3, 2, null), (4, 3, 2, 5), (1, 1, 2, null), (3, 1, 2, null), (5, 1, 2, null);`,
    rule: { losers: { set: { k: { expression: '100 + id' }, v: 0 } } },
    says: /depend on several of them, and would break above between two batches$/m,
    left: { a: ['(1,1,2,)', '(2,3,2,)', '(3,103,0,)', '(4,104,0,1)', '(5,105,0,)'] },
  },
  {
    name: 'a loser would be re-pointed, and refused by a CHECK, before it goes itself',
    schema: `${TREE}, constraint apart check (up <> v));
      insert into a values (1, 1, 0, null), (2, 3, 0, null), (3, 3, 1, 4), (4, 1, 0, null);`,
    says: /depend on several of them, and would break apart between two batches$/m,
    left: { a: ['(1,1,0,)', '(2,3,0,)'] },
  },
  {
    name: 'a child of two groups is in order before and after, and not between',
    schema: `create table a (id int primary key, k int);
      create table b (id int primary key, p int references a, q int references a, constraint apart check (q - p = 2));
      insert into a values (1, 1), (2, 1), (3, 3), (4, 3);
      insert into b values (1, 2, 4), (2, 1, 3);`,
    says: /rows of b depend on several of them, and would break apart between two batches$/m,
    left: { a: ['(1,1)', '(3,3)'], b: ['(1,1,3)', '(2,1,3)'] },
  },
  {
    name: 'the same of a child that a state between two batches would remove',
    schema: `create table a (id int primary key, k int);
      create table b (id int primary key, p int references a, q int references a, r int references a, constraint apart check (p + q + r <> 6));
      insert into a values (1, 1), (2, 1), (3, 3), (4, 3);
      insert into b values (1, 2, 1, 4), (2, 1, 1, 3);`,
    rule: { references: ['p', 'q', 'r'].map((name) => ({ table: 'b', column: name, onCollision: 'remove' })) },
    says: /rows of b depend on several of them, and would break apart between two batches$/m,
    left: { a: ['(1,1)', '(3,3)'], b: ['(1,1,1,3)', '(2,1,1,3)'] },
  },
  {
    name: 'elements of an array are of several groups',
    schema: `create table a (id int primary key, k int);
      create table b (id int primary key, ps int[], constraint apart check (ps[2] - ps[1] = 2));
      insert into a values (1, 1), (2, 1), (3, 3), (4, 3);
      insert into b values (1, '{2,4}'), (2, '{1,3}');`,
    rule: { references: [{ table: 'b', column: 'ps', kind: 'array' }] },
    says: /rows of b depend on several of them, and would break apart between two batches$/m,
    left: { a: ['(1,1)', '(3,3)'], b: ['(1,"{1,3}")', '(2,"{1,3}")'] },
  },
  {
    name: 'an expression fails between two batches',
    schema: `create table a (id int primary key, k int);
      create table b (id int primary key, p int references a, q int references a, constraint apart check (10 / (q - p - 3) <> 0));
      insert into a values (1, 1), (2, 1), (3, 3), (4, 3);
      insert into b values (1, 2, 4);`,
    says: /rows of b depend on several of them, and would break apart between two batches$/m,
    left: { a: ['(1,1)', '(3,3)'], b: ['(1,1,3)'] },
  },
];

describe('groups that depend on each other are settled at once', () => {
  test.each(LINKED)('$name', async ({ schema, rule, says, left }) => {
    const { sql } = db;
    await sql.unsafe(schema);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 'a', key: ['k'], ...rule }, SMALL);
    const look = await migrate(project.context, LOOK);
    expect(look.findings).toEqual([]);
    expect(detailsOf(look)).toMatch(says);
    expectOk(await project.migrate());
    for (const [table, rows] of Object.entries(left)) {
      expect(await column(sql, `select t::text from ${table} t order by 1`)).toEqual(rows);
    }
    await expectExactUndo(sql, project, before);
  });
});

/** Rows that take what others have until these move: codes 10, 20, 30 and 40 are of the rows 1, 2, 3 and 4. */
const CODES = `create table a (id int primary key, k int, code int unique);
  create table c (id int primary key, code int references a (code), p int references a, n int);`;

const WAITING: readonly Omit<BatchCase, 'says'>[] = [
  {
    name: 'a row takes a value that another one leaves by a predicate',
    schema: `${CODES} create unique index on c ((code + n)) where p > 1;
      insert into a values (1, 1, 10), (3, 1, 30), (5, 1, 50), (2, 2, 20);
      insert into c values (1, 50, 2, 3), (2, 10, 3, 3);`,
    left: { c: ['(1,10,2,3)', '(2,10,1,3)'] },
  },
  {
    name: 'the same of losers that are marked',
    schema: `${CODES} create unique index on c ((code + n)) where p > 1;
      insert into a values (1, 1, 10), (3, 1, 30), (5, 1, 50), (2, 2, 20);
      insert into c values (1, 50, 2, 3), (2, 10, 3, 3);`,
    rule: { losers: { set: { k: { expression: '100 + id' } } } },
    left: { c: ['(1,10,2,3)', '(2,10,1,3)'] },
  },
  {
    name: 'rows wait for one another in a chain, across groups',
    schema: `${CODES} create unique index on c ((code + n));
      insert into a values (1, 1, 10), (3, 1, 30), (2, 2, 20), (4, 2, 40);
      insert into c values (1, 40, 2, 10), (2, 30, 2, 0), (3, 40, 1, -30);`,
    left: { c: ['(1,20,2,10)', '(2,10,2,0)', '(3,20,1,-30)'] },
  },
  {
    name: 'an EXCLUDE constraint allows two rows by a column that both have in the end',
    schema: `${CODES} create extension btree_gist;
      alter table c add exclude using gist (code with =, n with =, p with <>);
      insert into a values (1, 1, 10), (3, 1, 30), (2, 2, 20), (4, 2, 40);
      insert into c values (1, 30, 2, 0), (2, 10, 4, 0);`,
    left: { c: ['(1,10,2,0)', '(2,10,2,0)'] },
  },
];

describe('rows that take what others have are re-pointed after these', () => {
  test.each(takeTurns(WAITING))('$name ($strategy)', async ({ schema, rule, left, strategy }) => {
    const { sql } = db;
    await sql.unsafe(schema);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 'a', key: ['k'], ...rule }, { ...SMALL, strategy });
    const look = await migrate(project.context, LOOK);
    expect(look.findings).toEqual([]);
    expect(detailsOf(look)).toMatch(/rows of c depend on several of them, and would break \w+ between two batches$/m);
    expectOk(await project.migrate());
    for (const [table, rows] of Object.entries(left)) {
      expect(await column(sql, `select t::text from ${table} t order by 1`)).toEqual(rows);
    }
    await expectExactUndo(sql, project, before);
  });

  test('those that take what the other one has are refused: no order of them is allowed', async () => {
    const { sql } = db;
    await sql.unsafe(`${CODES} create unique index apart on c ((code + n));
      insert into a values (1, 1, 10), (3, 1, 30), (2, 2, 40), (4, 2, 20);
      insert into c values (1, 30, 2, 10), (2, 20, 2, 0)`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 'a', key: ['k'] }, SMALL);
    const report = await project.migrate();
    expect(report.findings.map(({ message }) => message)).toEqual([
      "Re-pointing c.code, p would give 2 rows of c, (id)=(1; 2), values that other rows have under apart of c until these are re-pointed too: PostgreSQL checks each row as it is changed, and these are in each other's way.",
    ]);
    expect(report.findings[0]?.fix).toMatch(
      /^Change or remove one of these rows first; or drop apart while msgdb works\.$/,
    );
    expect(await readImages(sql)).toEqual(before);
  });
});

test('groups whose rows are in order between any two batches are settled one after another', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table a (id int primary key, k int, up int references a, check (up <> id));
    create table b (id int primary key, p int references a, q int references a, check (p <> q), unique (p, q));
    insert into a values (1, 1, null), (2, 1, 3), (3, 3, null), (4, 3, 1), (5, 5, 4), (6, 5, 2);
    insert into b values (1, 2, 4), (2, 1, 3), (3, 1, 4), (4, 4, 2), (5, 5, 2);`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 'a', key: ['k'] }, SMALL);
  const look = await migrate(project.context, LOOK);
  expect(look.findings).toEqual([]);
  expect(detailsOf(look)).not.toContain('one transaction');
  expectOk(await project.migrate());
  await expectExactUndo(sql, project, before);
});

function detailsOf({ plan }: MigrateReport): string {
  return plan.flatMap(({ steps }) => steps.flatMap(stepDetails)).join('\n');
}

function stepDetails({ details, steps }: PlanStepReport): readonly string[] {
  return [...details, ...steps.flatMap(stepDetails)];
}

test('of children that would be copies, one that keeps its key under the index stays, though another column of it is re-pointed', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table a (id int primary key, k int, code int unique);
    create table c (id int primary key, code int unique references a (code), p int references a);
    create table e (code int references c (code));
    insert into a values (1, 1, 10), (2, 1, 20);
    insert into c values (1, 20, null), (2, 10, 2);
    insert into e values (20), (10);`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 'a', key: ['k'] }, SMALL);
  expectOk(await project.migrate());
  expect(await column(sql, 'select c::text from c')).toEqual(['(2,10,1)']);
  expect(await column(sql, 'select code::text from e')).toEqual(['10', '10']);
  await expectExactUndo(sql, project, before);
});

test('a row that goes along with a survivor, and is re-pointed in a later batch, comes back as it was', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table a (id int primary key, k int, code int unique);
    create table c (id int primary key, code int references a (code) on update cascade, p int references a);
    insert into a values (1, 1, 10), (2, 1, 20), (3, 2, 30), (4, 2, 40);
    insert into c values (1, 10, 4);`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 'a', key: ['k'], merge: { code: 'max' } }, SMALL);
  expectOk(await project.migrate());
  // The survivor of the first batch has the code of a row that is in the archive.
  expect(await column(sql, 'select c::text from c')).toEqual(['(1,20,3)']);
  await expectExactUndo(sql, project, before);
});
