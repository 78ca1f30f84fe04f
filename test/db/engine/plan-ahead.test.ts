import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import type { Operation } from '../../../src/model/operations/index.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { PlanReport, PlanStepReport } from '../../../src/model/plan-report.ts';
import type { MigrateReport } from '../../../src/model/report.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, expectOk } from './project.ts';

const db = useDatabase();

/** 20 users, each mail twice and once in capitals; 30 orders of them. */
const SHOP = `
  create table users (id int primary key, email text, team int not null default 0);
  create table orders (id int primary key, user_id int references users on delete cascade, note text);
  insert into users select n, case when n % 2 = 0 then 'mail-' else 'MAIL-' end || n / 2, 0 from generate_series(2, 21) n;
  insert into orders select n, n % 20 + 2, 'x' from generate_series(1, 30) n;
  analyze`;

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(SHOP);
});

/** A folder of migrations: operations, or the text of an .sql file. */
async function projectOf(...migrations: readonly (readonly Operation[] | string)[]): Promise<Context> {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-ahead-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  for (const [place, each] of migrations.entries()) {
    const name = join(migrationsDir, `000${place + 1}-step`);
    if (typeof each === 'string') await writeFile(`${name}.sql`, each);
    else await writeFile(`${name}.mjs`, `export default ${JSON.stringify({ summary: 'a step', up: each })};\n`);
  }
  return await makeContext(db, { migrationsDir });
}

async function dryRun(context: Context): Promise<MigrateReport> {
  return await migrate(context, { dryRun: true, allowOutOfOrder: false });
}

async function planOf(...migrations: readonly (readonly Operation[] | string)[]): Promise<MigrateReport> {
  return await dryRun(await projectOf(...migrations));
}

function lastOf({ plan }: MigrateReport): PlanReport {
  const last = plan.at(-1);
  if (!last) throw new Error('there is no plan');
  return last;
}

function titlesOf(steps: readonly PlanStepReport[]): readonly string[] {
  return steps.flatMap((step) => [step.title, ...titlesOf(step.steps)]);
}

const BY_EMAIL = uniqueKey({ table: 'users', key: ['email'], limit: { share: 1 } });

describe('what comes after SQL is planned on what the SQL leaves', () => {
  test('a column that it makes of another is counted by that one', async () => {
    const report = await planOf('alter table users add mail text generated always as (lower(email)) stored;', [
      uniqueKey({ table: 'users', key: ['mail'], index: 'users_mail', limit: { share: 1 } }),
    ]);
    const last = lastOf(report);
    expect(titlesOf(last.steps)).toEqual([
      expect.stringContaining('Lock users'),
      'Remove 10 excess rows in 10 groups from users',
      'Build unique index users_mail',
    ]);
    expect(last.notes.join('\n')).toContain('lower(email)');
    expect(exitCodeOf(report)).toBe(0);
  });

  test('rows that it changes are counted as they will be, and the run finds as many', async () => {
    const context = await projectOf('update users set email = lower(email);', [BY_EMAIL]);
    expect(titlesOf(lastOf(await dryRun(context)).steps)).toContain('Remove 10 excess rows in 10 groups from users');
    const done = await migrate(context, { dryRun: false, allowOutOfOrder: false });
    expectOk(done);
    expect(done.applied.at(-1)?.counts).toEqual([{ table: 'users', before: 20, after: 10 }]);
  });

  test('a table that it makes has no copies', async () => {
    const report = await planOf('create table coupons (id int primary key, code text);', [
      uniqueKey({ table: 'coupons', key: ['code'], index: 'coupons_code' }),
    ]);
    expect(titlesOf(lastOf(report).steps)).toEqual([
      expect.stringContaining('Lock coupons'),
      'Build unique index coupons_code',
    ]);
    expect(report.findings).toEqual([]);
  });

  test('a column that it takes away is missed before anything is run', async () => {
    const report = await planOf('alter table users drop column email;', [BY_EMAIL]);
    expect(report.findings).toMatchObject([{ code: 'MSGDB_COLUMN_NOT_FOUND', migration: '0002-step' }]);
    expect(exitCodeOf(report)).toBe(2);
  });

  test('an index that it builds is found, and nothing is built again', async () => {
    await db.sql.unsafe('update users set email = id::text');
    const report = await planOf('create unique index users_email on users (email);', [BY_EMAIL]);
    expect(titlesOf(lastOf(report).steps)).toEqual(['Nothing to build: users_email exists and is valid']);
  });

  test('a table that it renames is planned under its new name', async () => {
    await db.sql.unsafe('update users set email = lower(email)');
    const report = await planOf('alter table users rename to people;', [
      uniqueKey({ table: 'people', key: ['email'], index: 'people_email', limit: { share: 1 } }),
    ]);
    expect(titlesOf(lastOf(report).steps)).toContain('Remove 10 excess rows in 10 groups from people');
    expect(report.findings).toEqual([]);
  });

  test('an index and a relink on columns that it makes', async () => {
    const report = await planOf(
      'alter table orders add mail text; alter table orders add owner int references users;',
      [
        index({ table: 'orders', columns: ['mail'], name: 'orders_mail' }),
        relink({ table: 'orders', column: 'owner', to: 'users', match: { mail: 'email' } }),
      ],
    );
    expect(report.findings).toEqual([]);
    expect(titlesOf(report.plan[1]?.steps ?? [])).toEqual(['Build index orders_mail']);
    expect(report.plan[2]?.notes.join(' ')).toMatch(/cannot be known before: mail is NULL/);
  });
});

describe('what cannot be known before is said', () => {
  beforeEach(async () => {
    await db.sql.unsafe('update users set email = lower(email)');
  });

  test('rows that a DELETE with a subquery leaves: at most as many', async () => {
    const report = await planOf('delete from users where id in (select max(user_id) from orders);', [BY_EMAIL]);
    const last = lastOf(report);
    expect(last.notes.join('\n')).toMatch(/^At most: .*DELETE/m);
    expect(titlesOf(last.steps)).toContain('Remove 10 excess rows in 10 groups from users');
  });

  test('rows that come: at least as many', async () => {
    const report = await planOf("insert into users values (100, 'new', 0);", [BY_EMAIL]);
    expect(lastOf(report).notes.join('\n')).toMatch(/^At least: /m);
  });

  test('what a block of code does', async () => {
    const report = await planOf("do $$ begin execute 'update users set email = null'; end $$;", [BY_EMAIL]);
    const last = lastOf(report);
    expect(last.notes.join('\n')).toMatch(/cannot be known before/);
    expect(titlesOf(last.steps)).toContain('Build unique index users_email_key');
  });

  test('a statement that fails on the copy is named, and what needs it is not refused', async () => {
    const report = await planOf('alter table users add place geometry(Point, 4326);', [
      uniqueKey({ table: 'users', key: ['place'] }),
    ]);
    expect(report.plan[0]?.notes.join('\n')).toMatch(/^Line 1 failed on a copy.*geometry/);
    expect(report.findings).toEqual([]);
    expect(lastOf(report).notes.join('\n')).toMatch(/planned when that has run/);
  });
});

describe('what comes after other operations is planned on what they leave', () => {
  test('a rule that an earlier migration makes is found by one that drops it', async () => {
    await db.sql.unsafe('update users set email = id::text');
    const report = await planOf([BY_EMAIL], [dropUniqueKey({ table: 'users', key: ['email'] })]);
    expect(titlesOf(lastOf(report).steps)).toEqual(['Drop index users_email_key']);
    expect(lastOf(report).notes).toEqual([]);
  });

  test('rows that an earlier rule removes are not promised to the next one', async () => {
    await db.sql.unsafe('update users set email = lower(email)');
    const wider = uniqueKey({ table: 'users', key: ['team', 'email'], index: 'users_team', limit: { share: 1 } });
    const report = await planOf([BY_EMAIL], [wider]);
    expect(lastOf(report).notes.join('\n')).toMatch(/^At most: .*0001-step/m);
  });

  test('operations that have nothing to do with each other are planned as they are', async () => {
    const report = await planOf([BY_EMAIL], [uniqueKey({ table: 'orders', key: ['note'], limit: { share: 1 } })]);
    expect(lastOf(report).notes.join('\n')).not.toMatch(/At most/);
  });
});

test('without a server for the copy it is planned on the database as it is, which is said', async () => {
  const { env, ...context } = await projectOf('alter table users add mail text;', [BY_EMAIL]);
  const report = await dryRun({ ...context, env: { ...env, PATH: '/nowhere' } });
  expect(lastOf(report).notes.join('\n')).toMatch(/^Planned on the database as it is/m);
  expect(report.findings).toEqual([]);
});

test('neither the database nor its locks are touched', async () => {
  const context = await projectOf('alter table users add mail text; update users set mail = email;', [
    uniqueKey({ table: 'users', key: ['mail'], limit: { share: 1 } }),
    sql({ up: 'drop table orders' }),
  ]);
  const before = await fingerprint(db.sql, { physical: true });
  // Nobody who wants a stronger lock than a reader's would get it.
  const holder = db.open();
  await holder.unsafe('begin; lock users, orders in access share mode; lock users in share row exclusive mode');
  try {
    const report = await dryRun(context);
    expect(report.findings).toEqual([]);
  } finally {
    await holder.unsafe('rollback');
  }
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

describe('each step says its lock, about how many rows it is about, and about how long it takes', () => {
  const stepsOf = async (...up: readonly Operation[]): Promise<readonly PlanStepReport[]> =>
    (await planOf(up)).plan.flatMap(({ steps }) => steps);

  test('of a small table under a lock', async () => {
    await db.sql.unsafe('update users set email = lower(email)');
    expect(await stepsOf(BY_EMAIL)).toMatchObject([
      {
        lock: 'share row exclusive',
        duration: 'instant',
        steps: [
          { kind: 'dedupe', lock: 'row', rows: 10, duration: 'instant' },
          { kind: 'build-index', lock: 'share row exclusive', rows: 20, duration: 'instant' },
        ],
      },
    ]);
  });

  test('of a table that the statistics say is large', async () => {
    // What PostgreSQL has counted is in proportion to the pages that there are.
    await db.sql.unsafe(`update pg_class set reltuples = 4e8, relpages = 1 where oid = 'users'::regclass`);
    const [step] = await stepsOf(index({ table: 'users', columns: ['team'], name: 'users_team_idx' }));
    expect(step).toMatchObject({ kind: 'build-index', rows: 400_000_000, duration: 'minutes' });
  });

  test('what SQL takes is not known', async () => {
    expect(await stepsOf(sql({ up: 'select 1' }))).toMatchObject([{ kind: 'sql', rows: null, duration: null }]);
  });
});
