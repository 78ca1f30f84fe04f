import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, readImages, STRATEGIES } from './project.ts';
import { expectRefused, FORMS, follow, POSTS, ruleOf, tenantsOf } from './tenants.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

test.each(STRATEGIES)('rows that refer to re-pointed ones by what changes refuse the plan (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(POSTS);
  const project = await ruleOf(db, strategy);
  const told = await expectRefused(db.sql, project);
  expect(told).toEqual([
    [
      'Re-pointing post.tenant_id gives another key to what 3 rows of comment (post_id, tenant_id) refer to, and the ' +
        'foreign key on_post keeps it from that.',
      'Let this be checked when all rows are re-pointed: alter table "public"."comment" alter constraint "on_post" ' +
        'deferrable initially deferred.',
    ],
  ]);
  await follow(db.sql, told);
  const before = await readImages(sql);
  expectOk(await project.migrate());
  expect(await tenantsOf(db.sql, 'post')).toEqual(['10 1', '11 1', '12 1', '13 4', '14']);
  expect(await tenantsOf(db.sql, 'comment')).toEqual(['100 1', '101 1', '102 1', '103 1', '104 4', '105 1']);
  await expectExactUndo(sql, project, before);
});

test('rows that move by that key alone can only go along: ON UPDATE CASCADE', async () => {
  const { sql } = db;
  await sql.unsafe(`${POSTS}
    alter table comment drop constraint on_post;
    create table vote (id int primary key, post_id int, tenant_id int,
      constraint on_post foreign key (post_id, tenant_id) references post (id, tenant_id) on update restrict);
    insert into vote values (1, 10, 2), (2, 11, 1)`);
  const project = await ruleOf(db, 'locked');
  expect(await expectRefused(db.sql, project)).toEqual([
    [
      'Re-pointing post.tenant_id gives another key to what 1 row of vote (post_id, tenant_id) refers to, and the ' +
        'foreign key on_post keeps it from that.',
      'With ON UPDATE CASCADE they go along: drop the foreign key on_post, and add it again with that.',
    ],
  ]);
  await sql.unsafe(`
    alter table vote drop constraint on_post, add constraint on_post
      foreign key (post_id, tenant_id) references post (id, tenant_id) on update cascade`);
  const before = await readImages(sql);
  expectOk(await project.migrate());
  expect(await tenantsOf(db.sql, 'vote')).toEqual(['1 1', '2 1']);
  await expectExactUndo(sql, project, before);
});

test.each(STRATEGIES)(
  'rows that go along with one of two tables, and would lose the other, refuse the plan (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(FORMS);
    const project = await ruleOf(db, strategy);
    const told = await expectRefused(db.sql, project);
    expect(told).toEqual([
      [
        'Re-pointing source.tenant_id would part 2 rows of surveySource (survey_id, tenant_id) from the rows of survey ' +
          'behind the foreign key of_survey, which keeps it from that.',
        'Let this be checked when all rows are re-pointed: alter table "public"."surveySource" alter constraint ' +
          '"of_survey" deferrable initially deferred; alter table "public"."surveySource" alter constraint "of_source" ' +
          'deferrable initially deferred.',
      ],
    ]);
    await follow(db.sql, told);
    const before = await readImages(sql);
    expectOk(await project.migrate());
    expect(await tenantsOf(db.sql, 'survey')).toEqual(['10 1', '11 1', '12 1', '13 1']);
    expect(await tenantsOf(db.sql, 'source')).toEqual(['20 1', '21 1', '22 1']);
    expect(await tenantsOf(db.sql, '"surveySource"')).toEqual(['1 1', '2 1', '3 1', '4 1']);
    await expectExactUndo(sql, project, before);
  },
);

test('keys that could be met stop nothing where no row meets them', async () => {
  const { sql } = db;
  await sql.unsafe(`${POSTS} delete from comment where post_id in (10, 12)`);
  const before = await readImages(sql);
  const project = await ruleOf(db, 'online');
  expectOk(await project.migrate());
  expect(await tenantsOf(db.sql, 'comment')).toEqual(['102 1', '104 4', '105 1']);
  await expectExactUndo(sql, project, before);
});

test.each(STRATEGIES)('children of copies that move apart from the rest refuse the plan (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`${POSTS}
    alter table comment drop constraint on_post;
    create table person (id int primary key, tenant_id int references tenant, email text,
                         unique (id, tenant_id), unique (tenant_id, email));
    create table vote (id int primary key, person_id int, post_id int, tenant_id int references tenant,
      constraint by_person foreign key (person_id, tenant_id) references person (id, tenant_id),
      constraint on_post foreign key (post_id, tenant_id) references post (id, tenant_id));
    insert into person values (50, 1, 'a'), (51, 2, 'a'), (52, 3, 'b'), (53, 2, 'b'), (54, 4, 'a');
    insert into vote values (1, 51, 10, 2), (2, 50, 11, 1), (3, 52, 12, 3), (4, 53, 10, 2), (5, 54, 13, 4)`);
  const project = await ruleOf(db, strategy);
  const told = await expectRefused(db.sql, project);
  expect(told.map(([message]) => message)).toEqual([
    'Re-pointing post.tenant_id gives another key to what 3 rows of vote (post_id, tenant_id) refer to, and the foreign ' +
      'key on_post keeps it from that.',
    'Re-pointing person.tenant_id gives another key to what 2 rows of vote (person_id, tenant_id) refer to, and the ' +
      'foreign key by_person keeps it from that.',
  ]);
  await follow(db.sql, told);
  const before = await readImages(sql);
  expectOk(await project.migrate());
  expect(await column(sql, "select concat_ws(' ', id, person_id, post_id, tenant_id) from vote order by id")).toEqual([
    '1 50 10 1',
    '2 50 11 1',
    '3 52 12 1',
    '4 52 10 1',
    '5 54 13 4',
  ]);
  await expectExactUndo(sql, project, before);
});

/** Votes of a person who is a copy, for posts that move later: the keys wait for the end. */
