import { beforeEach, describe, expect, test } from 'vitest';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { status } from '../../../src/commands/status/status.ts';
import { createHistorySchema } from '../../../src/sql/history-schema.ts';
import { placeOwn } from '../../../src/sql/own-schema.ts';
import { makeContext } from '../../support/context.ts';
import { type TestRole, useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeRule } from './project.ts';

const db = useDatabase();
const RULE = { table: 't', key: ['k'] } as const;

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a'), (2, 'a'), (3, 'b')`);
});

async function makeListener(name: string): Promise<TestRole> {
  return await db.createRole(name, { grants: [`create on database ${db.name}`] });
}

describe('a schema msgdb that somebody else was first to make', () => {
  const trap = `
    create function msgdb.trap() returns trigger language plpgsql as $$ begin
      create table public.trapped as select current_user::text as who; return new; end $$;
    create trigger trap before insert on msgdb.runs for each row execute function msgdb.trap()`;

  async function plant(name: string): Promise<TestRole> {
    const role = await makeListener(name);
    const theirs = db.open({ url: role.url });
    for (const each of createHistorySchema()) await theirs.unsafe(placeOwn(each, 'msgdb').text);
    await theirs.unsafe(trap);
    return role;
  }

  test('a superuser writes nothing to it, and the message names its owner', async () => {
    const mallory = await plant('mallory');
    const project = await makeRule(db, RULE);
    const migrating = project.migrate();
    await expect(migrating).rejects.toMatchObject({ code: 'MSGDB_PERMISSION_DENIED', exitCode: 3 });
    await expect(migrating).rejects.toThrow(`the schema msgdb belongs to ${mallory.name}`);
    expect(await column(db.sql, `select coalesce(to_regclass('public.trapped')::text, 'none')`)).toEqual(['none']);
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '2', '3']);
  });

  test('the doctor says so', async () => {
    const mallory = await plant('malice');
    const report = await doctor(await makeContext(db));
    const owner = report.checks.find(({ id }) => id === 'doctor/schema-owner');
    expect(owner).toMatchObject({ status: 'failed', code: 'MSGDB_PERMISSION_DENIED' });
    expect(owner?.detail).toContain(mallory.name);
  });

  test('a schema of our own with a trigger by another is not written to either', async () => {
    const mallory = await makeListener('guest');
    for (const each of createHistorySchema()) await db.sql.unsafe(placeOwn(each, 'msgdb').text);
    await db.sql.unsafe(
      `grant usage, create on schema msgdb to ${mallory.name}; grant trigger on msgdb.runs to ${mallory.name}`,
    );
    await db.open({ url: mallory.url }).unsafe(trap);
    const project = await makeRule(db, RULE);
    await expect(project.migrate()).rejects.toThrow(`belongs to ${mallory.name}`);
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '2', '3']);
  });

  test('a view in place of the history is not even read', async () => {
    const mallory = await makeListener('viewer');
    const theirs = db.open({ url: mallory.url });
    for (const each of createHistorySchema()) await theirs.unsafe(placeOwn(each, 'msgdb').text);
    await theirs.unsafe(
      `drop table msgdb.migrations; create view msgdb.migrations as select * from pg_catalog.pg_roles`,
    );
    const looking = status(await makeContext(db), { exitCode: false });
    await expect(looking).rejects.toMatchObject({ code: 'MSGDB_PERMISSION_DENIED' });
    await expect(looking).rejects.toThrow(/the view msgdb.migrations belongs to/);
  });
});

test('a role uses what a superuser or the role itself has made', async () => {
  const owner = await makeListener('deployer');
  await db.sql.unsafe(`alter table t owner to ${owner.name}; grant usage, create on schema public to ${owner.name}`);
  expectOk(await (await makeRule({ url: owner.url }, RULE)).migrate());
  expectOk(await (await makeRule({ url: owner.url }, RULE)).verify());
});

describe('the way out for a role that may not use schema msgdb is the one that works', () => {
  const fixOf = async (role: TestRole) => {
    await db.sql.unsafe(`alter table t owner to ${role.name}; grant usage, create on schema public to ${role.name}`);
    const project = await makeRule({ url: role.url }, RULE);
    const report = await project.migrate();
    expect(report.findings[0]).toMatchObject({ code: 'MSGDB_PERMISSION_DENIED' });
    return { project, fix: report.findings[0]?.fix ?? '' };
  };

  test('it is not there: the owner of the database makes it', async () => {
    const { project, fix } = await fixOf(await db.createRole('maker'));
    await db.sql.unsafe(fix.replace(/^[^:]*: /, ''));
    expectOk(await project.migrate());
  });

  test('it is there and empty: its owner grants', async () => {
    await db.sql`create schema msgdb`;
    const { project, fix } = await fixOf(await db.createRole('tenant'));
    await db.sql.unsafe(fix.replace(/^[^:]*: /, ''));
    expectOk(await project.migrate());
  });

  test("it is another's and in use: that one is to be connected as, for its archive is not given away", async () => {
    for (const each of createHistorySchema()) await db.sql.unsafe(placeOwn(each, 'msgdb').text);
    await db.sql`grant usage on schema msgdb to public`;
    await db.sql`grant select on all tables in schema msgdb to public`;
    const { fix } = await fixOf(await db.createRole('heir'));
    const [me] = await column(db.sql, 'select current_user');
    expect(fix).toBe(`Connect as ${me}, the owner of schema msgdb.`);
    expectOk(await (await makeRule(db, RULE)).migrate());
  });
});
