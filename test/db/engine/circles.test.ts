import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, makeRule, readImages, takeTurns } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const SELF = 'create table self (id int primary key, k text, live int constraint one_live unique references self);';

const SETTLED = [
  {
    name: 'nothing is re-pointed',
    schema: `${SELF} insert into self values (3, 'v', null), (4, 'v', null), (1, 'p', 3);`,
    left: ['(1,p,3)', '(3,v,)'],
  },
  {
    name: 'what would collide is a copy that goes',
    schema: `${SELF}
      insert into self values (3, 'v', null), (4, 'v', null), (5, 'v', 5), (1, 'p', 3), (2, 'p', 4), (6, 'q', 6), (7, 'q', 2);`,
    left: ['(1,p,3)', '(3,v,)', '(6,q,6)'],
  },
  {
    name: 'one that stays comes to refer to its survivor',
    schema: `${SELF} insert into self values (3, 'v', null), (4, 'v', null), (1, 'p', 4);`,
    left: ['(1,p,3)', '(3,v,)'],
  },
  {
    name: 'a copy that goes refers to the survivor, by ON DELETE RESTRICT',
    schema: `
      create table self (id int primary key, k text, up int references self on delete restrict, name text, unique (up, name));
      insert into self values (1, 'a', null, 'n'), (2, 'a', 1, 'n'), (3, 'a', 2, 'n'), (4, 'b', 3, 'm');`,
    left: ['(1,a,,n)', '(4,b,1,m)'],
  },
  {
    name: 'two tables that refer to each other',
    schema: `
      create table self (id int primary key, k text);
      create table main (id int primary key, self_id int unique references self);
      alter table self add main_id int unique references main;
      insert into self values (1, 'a'), (2, 'a'), (3, 'b');
      insert into main values (10, 2), (11, 3);
      update self set main_id = 11 where id = 3;`,
    left: ['(1,a,)', '(3,b,11)'],
  },
];

test.each(takeTurns(SETTLED, () => true))(
  'a circle in which no rows collide is settled: $name ($strategy)',
  async ({ schema, left, strategy }) => {
    const { sql } = db;
    await sql.unsafe(schema);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 'self', key: ['k'] }, { strategy, batchSize: 1, jobs: 2 });
    expectOk(await project.migrate());
    expect(await column(sql, 'select self::text from self order by 1')).toEqual(left);
    await expectExactUndo(sql, project, before);
  },
);

const REFUSED = [
  {
    name: 'in the table itself',
    schema: `${SELF} insert into self values (3, 'v', null), (4, 'v', null), (1, 'p', 4), (2, 'q', 3);`,
    says: 'Re-pointing self.live would break the unique index one_live of self in 1 row of self, (id)=(1).',
  },
  {
    name: 'in a table whose rows it refers to in turn',
    schema: `
      create table self (id int primary key, k text);
      create table main (id int primary key, self_id int constraint one_self unique references self);
      alter table self add main_id int unique references main;
      insert into self values (1, 'a'), (2, 'a');
      insert into main values (10, 1), (11, 2);`,
    says: 'Re-pointing main.self_id would break the unique index one_self of main in 1 row of main, (id)=(11).',
  },
];

test.each(takeTurns(REFUSED))(
  'a circle in which rows collide refuses the plan: $name',
  async ({ schema, says, strategy }) => {
    const { sql } = db;
    await sql.unsafe(schema);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 'self', key: ['k'] }, { strategy });
    const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    expect(look.findings.map(({ message }) => message)).toEqual([says]);
    expect((await project.migrate()).verdict).toBe('findings');
    expect(await readImages(sql)).toEqual(before);
  },
);
