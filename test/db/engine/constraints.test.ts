import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { useDatabase } from '../../support/database.ts';
import { ARRAY_CASES, CASCADE_CASES, CHILD_CASES, COPIES, HANDED_ON_CASES, OWN_CASES } from './constraint-cases.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectOk,
  makeRule,
  type Project,
  readImages,
  STRATEGIES,
  takeTurns,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** A look says it, and a run says the same and changes nothing. */
async function expectRefusal(project: Project, says: readonly RegExp[], fix = /./): Promise<void> {
  const before = await readImages(db.sql);
  const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
  expect(look.findings.map(({ message }) => message)).toEqual(says.map((each) => expect.stringMatching(each)));
  for (const finding of look.findings) expect(finding.fix).toMatch(fix);
  expect((await project.migrate()).verdict).toBe('findings');
  expect(await readImages(db.sql)).toEqual(before);
}

const CHILDREN = [
  ...CHILD_CASES.map((each) => ({ ...each, reference: { table: 'b', column: 'p' } })),
  ...ARRAY_CASES.map((each) => ({ ...each, reference: { table: 'b', column: 'ps', kind: 'array' as const } })),
];

describe('a constraint of a child that re-pointing would break', () => {
  test.each(takeTurns(CHILDREN))('refuses the plan, or removes the rows: $name ($strategy)', async (each) => {
    const { sql } = db;
    const { reference, strategy } = each;
    await sql.unsafe(each.schema);
    await expectRefusal(
      await makeRule(db, { table: 'a', key: ['k'], references: [reference] }, { strategy }),
      each.says,
      reference.column === 'ps' ? /column: 'ps', kind: 'array', onCollision: 'remove' \}\]\.$/ : /./,
    );
    const before = await readImages(sql);
    const references = [{ ...reference, onCollision: 'remove' as const }];
    const project = await makeRule(db, { table: 'a', key: ['k'], references }, { strategy });
    const report = await project.migrate();
    expectOk(report);
    expect(JSON.stringify(report.applied)).toMatch(/removed because a constraint would refuse (?:it|them)/);
    expect(await column(sql, 'select b::text from b order by 1')).toEqual(each.left);
    await expectExactUndo(sql, project, before);
  });
});

describe('a constraint of the table itself, or of what takes its values', () => {
  test.each(takeTurns([...OWN_CASES, ...HANDED_ON_CASES]))(
    'refuses the plan: $name ($strategy)',
    async ({ schema, rule, says, fix, strategy }) => {
      await db.sql.unsafe(schema);
      await expectRefusal(await makeRule(db, { table: 'a', key: ['k'], ...rule }, { strategy }), says, fix);
    },
  );
});

describe('a constraint of rows that go along by ON UPDATE CASCADE', () => {
  test.each(takeTurns(CASCADE_CASES))('refuses the plan: $name ($strategy)', async (each) => {
    const { sql } = db;
    await sql.unsafe(each.schema);
    const project = await makeRule(db, { table: 'a', key: ['k'] }, { strategy: each.strategy });
    await expectRefusal(project, each.says, each.fix);
    await sql.unsafe(each.mend);
    const before = await readImages(sql);
    expectOk(await project.migrate());
    expect(await column(sql, 'select id from c where p in (2, 4) and b_id is not null')).toEqual([]);
    await expectExactUndo(sql, project, before);
  });
});

test.each(STRATEGIES)(
  'rows that are in order once all their references have moved are moved at once, arrays too (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`${COPIES}
    create table b (id int primary key, p int references a, q int references a, ps int[], check (p = q), check (p = any (ps)));
    insert into b values (1, 2, 2, '{5,2}'), (2, 4, 4, '{4}'), (3, 1, 1, '{2,1}'), (4, 5, 5, '{4,5}')`);
    const before = await readImages(sql);
    const references = [{ table: 'b', column: 'ps', kind: 'array' as const }];
    const project = await makeRule(db, { table: 'a', key: ['k'], references }, { strategy });
    const report = await project.migrate();
    expectOk(report);
    expect(JSON.stringify(report.applied)).toContain('b.p, q, ps: 4 rows re-pointed');
    expect(await column(sql, 'select b::text from b order by 1')).toEqual([
      '(1,1,1,"{5,1}")',
      '(2,3,3,{3})',
      '(3,1,1,{1})',
      '(4,5,5,"{3,5}")',
    ]);
    await expectExactUndo(sql, project, before);
  },
);

test('what a row refers to by an array and by itself is judged together, and removed together', async () => {
  const { sql } = db;
  await sql.unsafe(`${COPIES}
    create table b (id int primary key, p int references a, ps int[], note text, constraint other check (p <> all (ps)), unique (p, note));
    insert into b values (1, 2, '{5,1}', 'm'), (2, 1, '{4}', 'n'), (3, 1, '{5}', 'o'), (4, 2, '{3}', 'n'), (5, 5, '{2,1}', 'n'),
      (6, 4, '{3}', null);`);
  const says = /^Re-pointing b\.p, ps would break the CHECK constraint other of b in 2 rows of b, \(id\)=\(1; 6\)\.$/;
  const bag = { table: 'b', column: 'ps', kind: 'array' as const };
  await expectRefusal(
    await makeRule(db, { table: 'a', key: ['k'], references: [bag] }),
    [says],
    /\{ table: 'b', column: 'p', onCollision: 'remove' \}, \{ table: 'b', column: 'ps', kind: 'array', onCollision: 'remove' \}\]\.$/,
  );
  const before = await readImages(sql);
  const references = [bag, { table: 'b', column: 'p' }].map((each) => ({ ...each, onCollision: 'remove' as const }));
  const project = await makeRule(db, { table: 'a', key: ['k'], references });
  expectOk(await project.migrate());
  expect(await column(sql, 'select b::text from b order by 1')).toEqual(['(2,1,{3},n)', '(3,1,{5},o)', '(5,5,{1},n)']);
  await expectExactUndo(sql, project, before);
});

test('copies under a unique index over a generated column are seen, and removed', async () => {
  const { sql } = db;
  await sql.unsafe(`${COPIES}
    create table b (id int primary key, p int references a, name text, address text generated always as (p || '/' || name) stored);
    create unique index one_address on b (address);
    insert into b values (1, 1, 'n'), (2, 2, 'n'), (3, 2, 'o'), (4, 5, 'n')`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 'a', key: ['k'] });
  expectOk(await project.migrate());
  expect(await column(sql, 'select b::text from b order by 1')).toEqual(['(1,1,n,1/n)', '(3,1,o,1/o)', '(4,5,n,5/n)']);
  await expectExactUndo(sql, project, before);
});

test('rows that are to be removed, and that others refer to, refuse the plan', async () => {
  await db.sql.unsafe(`${COPIES}
    create table b (id int primary key, p int references a, q int references a, check (p <> q));
    create table c (id int primary key, b_id int references b on delete cascade);
    insert into b values (1, 1, 2), (2, 5, 2); insert into c values (7, 1), (8, 2)`);
  const references = [{ table: 'b', column: 'p', onCollision: 'remove' as const }];
  await expectRefusal(await makeRule(db, { table: 'a', key: ['k'], references }), [
    /^1 row of c, \(id\)=\(7\), refers to rows that would be removed when b\.p, q is re-pointed\.$/,
  ]);
});

test.each(STRATEGIES)(
  'a kept child takes from its copy only what no constraint over more than that value is about (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`${COPIES}
    create extension btree_gist;
    create function forbid() returns trigger language plpgsql as $$ begin raise exception 'Never.'; end $$;
    create table c (v int, w int, primary key (v, w)); insert into c values (1, 1), (2, 2);
    create table b (id int primary key, p int references a, name text, slot int, during int4range, low int, high int, v int, w int,
      code text, spare text, fixed text, alone int check (alone > 0), unique (p, name), check (low < high),
      constraint apart exclude using gist (slot with =, during with &&), foreign key (v, w) references c);
    create unique index one_code on b (lower(code));
    create index on b (upper(spare));
    create trigger never before update of fixed on b for each row execute function forbid();
    insert into b values (1, 1, 'n', 4, null, 5, null, null, 1, null, null, null, null),
      (2, 2, 'n', null, '[1,9)', null, 3, 2, null, 'X', 'y', 'z', 7), (3, 5, 'n', 4, '[2,4)', 1, 2, 1, 1, 'w', null, null, null)`);
    const before = await readImages(sql);
    const references = [{ table: 'b', column: 'p', onCollision: 'merge' as const }];
    const project = await makeRule(db, { table: 'a', key: ['k'], references }, { strategy });
    expectOk(await project.migrate());
    expect(await column(sql, 'select b::text from b order by 1')).toEqual([
      '(1,1,n,4,,5,,,1,,y,,7)',
      '(3,5,n,4,"[2,4)",1,2,1,1,w,,,)',
    ]);
    await expectExactUndo(sql, project, before);
  },
);
