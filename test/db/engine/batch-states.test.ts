import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import type { MigrateReport } from '../../../src/model/report.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, makeRule, readImages } from './project.ts';

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
  return plan.flatMap(({ steps }) => steps.flatMap(({ details }) => details)).join('\n');
}
