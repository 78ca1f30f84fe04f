import type postgres from 'postgres';
import { expect } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import type { TestDatabase } from '../../support/database.ts';
import { column, makeRule, type Project, readImages, type Strategy } from './project.ts';

/** Tenants, of whom 1, 2 and 3 are copies. */
export const TENANTS = `
  create table tenant (id int primary key, k int);
  insert into tenant values (1, 1), (2, 1), (3, 1), (4, 4);`;
/** Children by a key of several columns that holds the tenant. */
export const POSTS = `${TENANTS}
  create table post (id int primary key, tenant_id int references tenant, unique (id, tenant_id));
  create table comment (id int primary key, post_id int, tenant_id int references tenant,
                        constraint on_post foreign key (post_id, tenant_id) references post (id, tenant_id));
  insert into post values (10, 2), (11, 1), (12, 3), (13, 4), (14, null);
  insert into comment values (100, 10, 2), (101, 10, 2), (102, 11, 1), (103, 12, 3), (104, 13, 4), (105, null, 2);`;
/** The same twice over, and ON UPDATE CASCADE: a diamond. */
export const FORMS = `${TENANTS}
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

/** Neither a look nor a run changes anything; what they report. */
export async function expectRefused(sql: postgres.Sql, project: Project): Promise<readonly (readonly string[])[]> {
  const before = await readImages(sql);
  const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
  const run = await project.migrate();
  expect([look.verdict, run.verdict]).toEqual(['findings', 'findings']);
  expect(run.applied).toEqual([]);
  expect(await readImages(sql)).toEqual(before);
  const told = look.findings.map(({ message, fix }) => [message, fix ?? '']);
  // A run names each reason as the look before it.
  expect(run.findings.map(({ message }) => message)).toEqual(told.map(([message]) => message));
  return told;
}

/** Does what a refusal says, as it says it. */
export async function follow(sql: postgres.Sql, told: readonly (readonly string[])[]): Promise<void> {
  for (const [, fix = ''] of told) {
    const statements = /alter table .* deferred/.exec(fix)?.[0] ?? '';
    expect(statements).not.toBe('');
    await sql.unsafe(statements);
  }
}

export async function ruleOf(db: Pick<TestDatabase, 'url'>, strategy: Strategy): Promise<Project> {
  return await makeRule(db, { table: 'tenant', key: ['k'] }, { strategy });
}

/** Each row of a table with its tenant. */
export async function tenantsOf(sql: postgres.Sql, table: string): Promise<readonly (string | null)[]> {
  return await column(sql, `select concat_ws(' ', id, tenant_id) from ${table} order by id`);
}
