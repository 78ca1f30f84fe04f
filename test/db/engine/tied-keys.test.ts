import { beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate.ts';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectOk,
  makeRule,
  type Project,
  readImages,
  STRATEGIES,
  type Strategy,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const TENANTS = `
  create table tenant (id int primary key, k int);
  insert into tenant values (1, 1), (2, 1), (3, 1), (4, 4);`;
const POSTS = `${TENANTS}
  create table post (id int primary key, tenant_id int references tenant, unique (id, tenant_id));
  create table comment (id int primary key, post_id int, tenant_id int references tenant,
                        constraint on_post foreign key (post_id, tenant_id) references post (id, tenant_id));
  insert into post values (10, 2), (11, 1), (12, 3), (13, 4), (14, null);
  insert into comment values (100, 10, 2), (101, 10, 2), (102, 11, 1), (103, 12, 3), (104, 13, 4), (105, null, 2);`;
const FORMS = `${TENANTS}
  create table survey (id int primary key, tenant_id int references tenant on delete cascade on update cascade,
                       unique (id, tenant_id));
  create table source (id int primary key, tenant_id int references tenant on delete cascade on update cascade,
                       unique (id, tenant_id));
  create table "surveySource" (id int primary key, survey_id int, source_id int, tenant_id int,
    constraint of_survey foreign key (survey_id, tenant_id) references survey (id, tenant_id)
      on delete cascade on update cascade,
    constraint of_source foreign key (source_id, tenant_id) references source (id, tenant_id)
      on delete cascade on update cascade);
  insert into survey values (10, 2), (11, 1), (12, 2), (13, 3);
  insert into source values (20, 2), (21, 1), (22, 3);
  insert into "surveySource" values (1, 10, 20, 2), (2, 11, 21, 1), (3, 12, null, 2), (4, 13, 22, 3);`;

/** Neither a look nor a run changes anything; what they tell. */
async function expectRefused(project: Project): Promise<readonly (readonly string[])[]> {
  const before = await readImages(db.sql);
  const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
  const run = await project.migrate();
  expect([look.verdict, run.verdict]).toEqual(['findings', 'findings']);
  expect(run.applied).toEqual([]);
  expect(await readImages(db.sql)).toEqual(before);
  const told = look.findings.map(({ message, fix }) => [message, fix ?? '']);
  expect(run.findings.map(({ message }) => message)).toEqual([
    `0001-the-test was refused: ${told.map(([message]) => message).join(' ')}`,
  ]);
  return told;
}

/** Does what a refusal says, as it says it. */
async function follow(told: readonly (readonly string[])[]): Promise<void> {
  for (const [, fix = ''] of told) {
    const statements = /alter table .* deferred/.exec(fix)?.[0] ?? '';
    expect(statements).not.toBe('');
    await db.sql.unsafe(statements);
  }
}

const rule = (strategy: Strategy): Promise<Project> => makeRule(db, { table: 'tenant', key: ['k'] }, { strategy });
const tenants = (table: string): Promise<readonly (string | null)[]> =>
  column(db.sql, `select concat_ws(' ', id, tenant_id) from ${table} order by id`);

test.each(STRATEGIES)('rows that refer to re-pointed ones by what changes refuse the plan (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(POSTS);
  const project = await rule(strategy);
  const told = await expectRefused(project);
  expect(told).toEqual([
    [
      'Re-pointing post.tenant_id gives another key to what 3 rows of comment (post_id, tenant_id) refer to, and the ' +
        'foreign key on_post keeps it from that.',
      'Let this be checked when all rows are re-pointed: alter table "public"."comment" alter constraint "on_post" ' +
        'deferrable initially deferred.',
    ],
  ]);
  await follow(told);
  const before = await readImages(sql);
  expectOk(await project.migrate());
  expect(await tenants('post')).toEqual(['10 1', '11 1', '12 1', '13 4', '14']);
  expect(await tenants('comment')).toEqual(['100 1', '101 1', '102 1', '103 1', '104 4', '105 1']);
  await expectExactUndo(sql, project, before);
});

test('rows that move by that key alone can only go along: ON UPDATE CASCADE', async () => {
  const { sql } = db;
  await sql.unsafe(`${POSTS}
    alter table comment drop constraint on_post;
    create table vote (id int primary key, post_id int, tenant_id int,
      constraint on_post foreign key (post_id, tenant_id) references post (id, tenant_id) on update restrict);
    insert into vote values (1, 10, 2), (2, 11, 1)`);
  const project = await rule('locked');
  expect(await expectRefused(project)).toEqual([
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
  expect(await tenants('vote')).toEqual(['1 1', '2 1']);
  await expectExactUndo(sql, project, before);
});

test.each(STRATEGIES)(
  'rows that go along with one of two tables, and would lose the other, refuse the plan (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(FORMS);
    const project = await rule(strategy);
    const told = await expectRefused(project);
    expect(told).toEqual([
      [
        'Re-pointing source.tenant_id would part 2 rows of surveySource (survey_id, tenant_id) from the rows of survey ' +
          'behind the foreign key of_survey, which keeps it from that.',
        'Let this be checked when all rows are re-pointed: alter table "public"."surveySource" alter constraint ' +
          '"of_survey" deferrable initially deferred; alter table "public"."surveySource" alter constraint "of_source" ' +
          'deferrable initially deferred.',
      ],
    ]);
    await follow(told);
    const before = await readImages(sql);
    expectOk(await project.migrate());
    expect(await tenants('survey')).toEqual(['10 1', '11 1', '12 1', '13 1']);
    expect(await tenants('source')).toEqual(['20 1', '21 1', '22 1']);
    expect(await tenants('"surveySource"')).toEqual(['1 1', '2 1', '3 1', '4 1']);
    await expectExactUndo(sql, project, before);
  },
);

test('keys that could be met stop nothing where no row meets them', async () => {
  const { sql } = db;
  await sql.unsafe(`${POSTS} delete from comment where post_id in (10, 12)`);
  const before = await readImages(sql);
  const project = await rule('online');
  expectOk(await project.migrate());
  expect(await tenants('comment')).toEqual(['102 1', '104 4', '105 1']);
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
  const project = await rule(strategy);
  const told = await expectRefused(project);
  expect(told.map(([message]) => message)).toEqual([
    'Re-pointing post.tenant_id gives another key to what 3 rows of vote (post_id, tenant_id) refer to, and the foreign ' +
      'key on_post keeps it from that.',
    'Re-pointing person.tenant_id gives another key to what 2 rows of vote (person_id, tenant_id) refer to, and the ' +
      'foreign key by_person keeps it from that.',
  ]);
  await follow(told);
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
  const [only, ...others] = await expectRefused(await rule('online'));
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
  const project = await rule('online');
  expectOk(await project.migrate());
  expect(await column(sql, "select concat_ws(' ', id, post_id, tenant_id) from comment order by id")).toEqual([
    '100 11 1',
    '101 11 1',
  ]);
  await expectExactUndo(sql, project, before);
});

test('rows that would be parted from what nobody re-points refuse the plan, until it is declared', async () => {
  const { sql } = db;
  await sql.unsafe(`${TENANTS}
    create table region (id int primary key, tenant_id int, unique (id, tenant_id));
    create table shop (id int primary key, region_id int, tenant_id int references tenant,
      constraint in_region foreign key (region_id, tenant_id) references region (id, tenant_id));
    insert into region values (10, 2), (11, 1), (12, 3), (12001, 4);
    insert into shop values (1, 10, 2), (2, 11, 1), (3, null, 3)`);
  expect(await expectRefused(await rule('online'))).toEqual([
    [
      'Re-pointing shop.tenant_id would part 1 row of shop (region_id, tenant_id) from the row of region behind the ' +
        'foreign key in_region, which keeps it from that.',
      'If region (tenant_id) refers to the copies, name it among the references of the rule: it is re-pointed too then.',
    ],
  ]);
  const references = [{ table: 'region', column: 'tenant_id' }];
  const project = await makeRule(db, { table: 'tenant', key: ['k'], references });
  await follow(await expectRefused(project));
  const before = await readImages(sql);
  expectOk(await project.migrate());
  expect(await tenants('shop')).toEqual(['1 1', '2 1', '3 1']);
  expect(await tenants('region')).toEqual(['10 1', '11 1', '12 1', '12001 4']);
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
  const project = await rule('locked');
  expect(await expectRefused(project)).toEqual([
    [
      '1 row of comment would become a copy of another under comment_tenant_id_n_key, moved along as post.tenant_id is ' +
        're-pointed.',
      'Mend these rows by hand first: nothing says which of them stays.',
    ],
  ]);
  await sql`update comment set n = 8 where id = 102`;
  const before = await readImages(sql);
  expectOk(await project.migrate());
  expect(await tenants('comment')).toEqual(['100 1', '101 1', '102 1', '103 1', '104 4', '105 2']);
  await expectExactUndo(sql, project, before);
});

test.each(STRATEGIES)('rows that refer to others of their own table move with them (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`${TENANTS}
    create table folder (id int primary key, tenant_id int references tenant, parent_id int, unique (id, tenant_id));
    insert into folder values (1, 2, null), (2, 2, 1), (3, 1, null), (4, 1, 3), (5, 3, 6), (6, 3, null);
    alter table folder add foreign key (parent_id, tenant_id) references folder (id, tenant_id)`);
  const before = await readImages(sql);
  const project = await rule(strategy);
  expectOk(await project.migrate());
  expect(await tenants('folder')).toEqual(['1 1', '2 1', '3 1', '4 1', '5 1', '6 1']);
  await expectExactUndo(sql, project, before);
});
