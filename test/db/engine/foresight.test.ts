import { beforeEach, expect, test } from 'vitest';
import { migrate, migrateScript } from '../../../src/commands/migrate.ts';
import { uniqueKey } from '../../../src/index.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, makeProjectOf, makeRule } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const LOOK = { dryRun: true, allowOutOfOrder: false };

test('a child that is re-pointed and referred to by the same column is told: PostgreSQL may refuse that', async () => {
  await db.sql.unsafe(`
    create table tenant (id int primary key, k int);
    create table post (id int primary key, tenant_id int references tenant, unique (id, tenant_id));
    create table comment (id int primary key, post_id int, tenant_id int references tenant,
                          constraint on_post foreign key (post_id, tenant_id) references post (id, tenant_id));
    create table vote (post_id int, tenant_id int, foreign key (post_id, tenant_id) references post (id, tenant_id));
    insert into tenant values (1, 1), (2, 1);
    insert into post values (10, 2);
    insert into comment values (100, 10, 2)`);
  const { context } = await makeRule(db, { table: 'tenant', key: ['k'] });
  const [plan] = (await migrate(context, LOOK)).plan;
  expect(plan?.notes).toEqual([
    'post.tenant_id is re-pointed, and comment (post_id, tenant_id), vote (post_id, tenant_id) refer to it: where ' +
      'such rows move, PostgreSQL may refuse it (23503), and then nothing is changed.',
  ]);
});

test('a key that is re-pointed itself may come to be met again: told, with who removes such copies', async () => {
  await db.sql.unsafe(`
    create table folder (id int primary key, parent_id int references folder, name text);
    insert into folder values (1, null, 'a'), (2, null, 'a'), (3, 1, 'b'), (4, 2, 'b')`);
  const { context } = await makeRule(db, { table: 'folder', key: ['parent_id', 'name'], nulls: 'not distinct' });
  const note =
    'Re-pointing folder.parent_id changes the key, and can make further copies: a run removes them too, but they are ' +
    'not in these figures, and a script of --sql does not see them.';
  expect((await migrate(context, LOOK)).plan[0]?.notes).toEqual([note]);
  expect(await migrateScript(context, LOOK)).toContain(`-- note: ${note}`);
});

test('children that collide by an index which is pending too are told', async () => {
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
    'child_key is to be built before. Rows of child that it will not let be re-pointed are not in these figures, and a ' +
      'script of --sql does not see them: run what comes before, then look again.',
  ]);
});
