import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { COLLISION_CASES } from './collision-cases.ts';
import { FOREIGN_KEY_CASES } from './foreign-key-cases.ts';
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
  takeTurns,
} from './project.ts';
import { CHILDREN, PARENT, type ReferenceCase } from './reference-case.ts';
import { UNDECLARED_CASES } from './undeclared-cases.ts';

const CASES = [...FOREIGN_KEY_CASES, ...COLLISION_CASES, ...UNDECLARED_CASES];
const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const inBoth = ({ name }: ReferenceCase) => /defer|self-reference|circle|CASCADE|levels|both ways/.test(name);

describe('re-pointed:', () => {
  test.each(takeTurns(CASES, inBoth))('$name ($strategy)', async ({ schema, rule, after, strategy }) => {
    const { sql } = db;
    await sql.unsafe(schema);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 'parent', key: ['k'], keep: ['id'], ...rule }, { strategy });
    const report = await project.migrate();
    expectOk(report);
    for (const [query, values] of Object.entries(after))
      expect({ query, values: await column(sql, query) }).toEqual({ query, values });
    await expectNoDebris(sql);
    await expectSecondRunDoesNothing(sql, project);
    await expectExactUndo(sql, project, before);
  });
});

test('collisions that the rule refuses undo the batch', async () => {
  const { sql } = db;
  await sql.unsafe(`${PARENT}
    create table child (id int primary key, parent_id int references parent, name text, unique (parent_id, name));
    insert into child values (1, 1, 'p'), (2, 2, 'p')`);
  const before = await readImages(sql);
  const references = [{ table: 'child', column: 'parent_id', onCollision: 'refuse' as const }];
  const project = await makeRule(db, { table: 'parent', key: ['k'], references }, { strategy: 'online' });
  const report = await project.migrate();
  expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_REFUSED']);
  expect(report.exitCode).toBe(1);
  expect(await readImages(sql)).toEqual(before);
  await expectNoDebris(sql);
});

test('values of a soft reference that name nothing stay as they are, and are reported', async () => {
  const { sql } = db;
  await sql.unsafe(`${PARENT}
    create table child (id int primary key, ref text);
    insert into child values (1, '2'), (2, '02'), (3, 'x'), (4, '77')`);
  const project = await makeRule(db, { table: 'parent', key: ['k'], references: [{ table: 'child', column: 'ref' }] });
  expectOk(await project.migrate());
  expect((await project.verify()).findings).toMatchObject([
    {
      code: 'MSGDB_ORPHANS_FOUND',
      message: expect.stringMatching(/3 rows with a reference to a row that does not exist/),
    },
  ]);
  expect(await column(sql, CHILDREN)).toEqual(['(1,1)', '(2,02)', '(3,x)', '(4,77)']);
});

test.each(STRATEGIES)('a tree by (parent, name) is cleaned level by level (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`
    create table folder (id int primary key, up int references folder on delete cascade, name text);
    insert into folder values (1, null, 'root'), (2, 1, 'a'), (3, 1, 'a'), (4, 2, 'x'), (5, 3, 'x'), (6, 3, 'y'), (7, 4, 'd'), (8, 5, 'd')`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 'folder', key: ['up', 'name'] }, { strategy });
  expectOk(await project.migrate());
  expect(await column(sql, 'select folder::text from folder order by id')).toEqual([
    '(1,,root)',
    '(2,1,a)',
    '(4,2,x)',
    '(6,2,y)',
    '(7,4,d)',
  ]);
  await expectExactUndo(sql, project, before);
});

const STUBBORN = {
  'keeps the row as it is': 'return null',
  'puts the old value back': 'new.parent_id := old.parent_id; return new',
};

test.each(Object.entries(STUBBORN))('a child whose trigger %s is not lost with its parent', async (_, body) => {
  const { sql } = db;
  await sql.unsafe(`${PARENT}
    create table child (id int primary key, parent_id int references parent on delete cascade);
    insert into child values (1, 1), (2, 2);
    create function stubborn() returns trigger language plpgsql as $$ begin ${body}; end $$;
    create trigger stubborn before update on child for each row execute function stubborn()`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 'parent', key: ['k'] }, { strategy: 'online' });
  const report = await project.migrate();
  expect(report.findings[0]).toMatchObject({ message: expect.stringMatching(/child\.parent_id/) });
  expect(await readImages(sql)).toEqual(before);
  await expectNoDebris(sql);
});

test('a child whose trigger keeps a copy is not lost, and the error names it', async () => {
  const { sql } = db;
  await sql.unsafe(`${PARENT}
    create table child (id int primary key, parent_id int references parent on delete cascade, name text, unique (parent_id, name));
    insert into child values (1, 1, 'p'), (2, 2, 'p');
    create function keep() returns trigger language plpgsql as $$
    begin if old.id > 0 then return null; end if; return old; end $$;
    create trigger keep before delete on child for each row execute function keep()`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 'parent', key: ['k'] });
  expect((await project.migrate()).verdict).toBe('failed');
  expect(await readImages(sql)).toEqual(before);
});
