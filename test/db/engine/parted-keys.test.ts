import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, makeRule, readImages, STRATEGIES } from './project.ts';
import { expectRefused, follow, POSTS, ruleOf, TENANTS, tenantsOf } from './tenants.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const VOTES = `${TENANTS}
  create table person (id int primary key, tenant_id int references tenant, email text,
                       unique (id, tenant_id), unique (tenant_id, email));
  create table post (id int primary key, tenant_id int references tenant, slug text,
                     unique (id, tenant_id), unique (tenant_id, slug));
  create table vote (id int primary key, person_id int, post_id int, tenant_id int,
    constraint by_person foreign key (person_id, tenant_id) references person (id, tenant_id)
      on update cascade deferrable initially deferred);
  insert into person values (50, 1, 'a'), (51, 2, 'a');
  insert into post values (10, 2, 'x'), (11, 1, 'y');
  insert into vote values (1, 51, 10, 2)`;

test.each([
  { what: 'a post that is a copy as well', more: "update post set slug = 'x' where id = 11", action: 'no action' },
  { what: 'a post that takes its votes along', more: '', action: 'cascade' },
])('children of copies are not re-pointed in two ways: $what', async ({ more, action }) => {
  await db.sql.unsafe(VOTES);
  await db.sql.unsafe(`
    alter table vote add constraint on_post foreign key (post_id, tenant_id) references post (id, tenant_id)
      on update ${action} deferrable initially deferred;
    ${more}`);
  const [only, ...others] = await expectRefused(db.sql, await ruleOf(db, 'online'));
  expect(others).toEqual([]);
  expect(only).toEqual([
    'Re-pointing vote.person_id+tenant_id would part 1 row of vote (post_id, tenant_id) from the row of post behind the ' +
      'foreign key on_post, which keeps it from that.',
    'Change these rows by hand first, or what they refer to.',
  ]);
});

test('copies that go, with their children to a row that stays, are no reason to refuse', async () => {
  const { sql } = db;
  await sql.unsafe(`${POSTS}
    delete from comment;
    alter table post add slug text, add unique (tenant_id, slug);
    update post set slug = 'x' where id in (10, 11);
    insert into comment values (100, 10, 2), (101, 11, 1)`);
  const before = await readImages(sql);
  const project = await ruleOf(db, 'online');
  expectOk(await project.migrate());
  expect(await column(sql, "select concat_ws(' ', id, post_id, tenant_id) from comment order by id")).toEqual([
    '100 11 1',
    '101 11 1',
  ]);
  await expectExactUndo(sql, project, before);
});

test('rows that would be separated from what is not re-pointed refuse the plan, until it is declared', async () => {
  const { sql } = db;
  await sql.unsafe(`${TENANTS}
    create table region (id int primary key, tenant_id int, unique (id, tenant_id));
    create table shop (id int primary key, region_id int, tenant_id int references tenant,
      constraint in_region foreign key (region_id, tenant_id) references region (id, tenant_id));
    insert into region values (10, 2), (11, 1), (12, 3), (12001, 4);
    insert into shop values (1, 10, 2), (2, 11, 1), (3, null, 3)`);
  expect(await expectRefused(db.sql, await ruleOf(db, 'online'))).toEqual([
    [
      'Re-pointing shop.tenant_id would part 1 row of shop (region_id, tenant_id) from the row of region behind the ' +
        'foreign key in_region, which keeps it from that.',
      'If region (tenant_id) refers to the copies, name it among the references of the rule: it is re-pointed too then.',
    ],
  ]);
  const references = [{ table: 'region', column: 'tenant_id' }];
  const project = await makeRule(db, { table: 'tenant', key: ['k'], references });
  await follow(db.sql, await expectRefused(db.sql, project));
  const before = await readImages(sql);
  expectOk(await project.migrate());
  expect(await tenantsOf(db.sql, 'shop')).toEqual(['1 1', '2 1', '3 1']);
  expect(await tenantsOf(db.sql, 'region')).toEqual(['10 1', '11 1', '12 1', '12001 4']);
  await expectExactUndo(sql, project, before);
});

test('rows that go along into a key of their own that is taken refuse the plan', async () => {
  const { sql } = db;
  await sql.unsafe(`${POSTS}
    alter table comment drop constraint on_post, drop constraint comment_tenant_id_fkey, add n int,
      add unique (tenant_id, n), add constraint on_post foreign key (post_id, tenant_id) references post (id, tenant_id)
      on update cascade;
    update comment set n = id % 100;
    update comment set n = 7 where id in (100, 102)`);
  const project = await ruleOf(db, 'locked');
  expect(await expectRefused(db.sql, project)).toEqual([
    [
      '1 row of comment would become a copy of another under comment_tenant_id_n_key, moved along as post.tenant_id is ' +
        're-pointed.',
      'Mend these rows by hand first: nothing says which of them stays.',
    ],
  ]);
  await sql`update comment set n = 8 where id = 102`;
  const before = await readImages(sql);
  expectOk(await project.migrate());
  expect(await tenantsOf(db.sql, 'comment')).toEqual(['100 1', '101 1', '102 1', '103 1', '104 4', '105 2']);
  await expectExactUndo(sql, project, before);
});

test.each(STRATEGIES)('rows that refer to others of their own table move with them (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`${TENANTS}
    create table folder (id int primary key, tenant_id int references tenant, parent_id int, unique (id, tenant_id));
    insert into folder values (1, 2, null), (2, 2, 1), (3, 1, null), (4, 1, 3), (5, 3, 6), (6, 3, null);
    alter table folder add foreign key (parent_id, tenant_id) references folder (id, tenant_id)`);
  const before = await readImages(sql);
  const project = await ruleOf(db, strategy);
  expectOk(await project.migrate());
  expect(await tenantsOf(db.sql, 'folder')).toEqual(['1 1', '2 1', '3 1', '4 1', '5 1', '6 1']);
  await expectExactUndo(sql, project, before);
});
