import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { migrateScript } from '../../../src/commands/migrate/migrate-script.ts';
import { uniqueKey } from '../../../src/index.ts';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectOk,
  makeProjectOf,
  makeRule,
  readImages,
  STRATEGIES,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const LOOK = { dryRun: true, allowOutOfOrder: false };

test('a key that is re-pointed itself may get copies again: reported, with what removes them', async () => {
  await db.sql.unsafe(`
    create table folder (id int primary key, parent_id int references folder, name text);
    insert into folder values (1, null, 'a'), (2, null, 'a'), (3, 1, 'b'), (4, 2, 'b')`);
  const { context } = await makeRule(db, { table: 'folder', key: ['parent_id', 'name'], nulls: 'not distinct' });
  const note =
    'Re-pointing folder.parent_id changes the key, and can make further copies: a run removes them too, but they are ' +
    'not in these figures. --sql is refused for it.';
  expect((await migrate(context, LOOK)).plan[0]?.notes).toEqual([note]);
  await expect(migrateScript(context, LOOK)).rejects.toMatchObject({ code: 'MSGDB_REFUSED' });
});

test('children that collide by an index which is pending too are reported', async () => {
  await db.sql.unsafe(`
    create table parent (id int primary key, k int);
    create table child (id int primary key, parent_id int references parent, name text);
    insert into parent values (1, 1), (2, 1);
    insert into child values (1, 1, 'a'), (2, 2, 'a')`);
  const { context } = await makeProjectOf(db, [
    uniqueKey({ table: 'child', key: ['parent_id', 'name'], index: 'child_key' }),
    uniqueKey({ table: 'parent', key: ['k'] }),
  ]);
  const [first, second] = (await migrate(context, LOOK)).plan;
  expect(first?.notes).toEqual([]);
  expect(second?.notes).toEqual([
    'child_key will be built before. Rows of child that it would refuse are not in these figures, and a ' +
      'script of --sql does not see them: run the steps before, then plan again.',
  ]);
});

test.each(STRATEGIES)(
  'rows of a tenant move with those that refer to them by key and tenant, ON UPDATE CASCADE (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`
      create table tenant (id int primary key, k int);
      create table post (id int primary key, tenant_id int references tenant on delete cascade, n int,
                         unique (id, tenant_id), unique (tenant_id, n));
      create table comment (id int primary key, post_id int, tenant_id int not null references tenant on delete cascade,
                            foreign key (post_id, tenant_id) references post (id, tenant_id)
                            on delete cascade on update cascade);
      create table answer (id int primary key, comment_id int, tenant_id int references tenant, unique (id, tenant_id),
                           foreign key (comment_id) references comment (id));
      insert into tenant values (1, 1), (2, 1), (3, 1), (4, 4);
      insert into post values (10, 2, 1), (11, 2, 2), (12, 1, 2), (13, 3, 2), (14, 3, 3), (15, 4, 1), (16, null, 1);
      insert into comment values (100, 10, 2), (101, 11, 2), (102, 12, 1), (103, 13, 3), (104, 14, 3), (105, 15, 4),
                                 (106, null, 3);
      insert into answer values (200, 101, 2), (201, 103, 3), (202, null, 3)`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 'tenant', key: ['k'] }, { strategy });
    expectOk(await project.migrate());
    expect(await column(sql, "select concat_ws(' ', id, tenant_id) from post order by id")).toEqual([
      '10 1',
      '12 1',
      '14 1',
      '15 4',
      '16',
    ]);
    expect(await column(sql, "select concat_ws(' ', id, post_id, tenant_id) from comment order by id")).toEqual([
      '100 10 1',
      '101 12 1',
      '102 12 1',
      '103 12 1',
      '104 14 1',
      '105 15 4',
      '106 1',
    ]);
    expect(await column(sql, 'select distinct tenant_id::text from answer')).toEqual(['1']);
    await expectExactUndo(sql, project, before);
  },
);
