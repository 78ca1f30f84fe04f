import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupeScript } from '../../../src/commands/dedupe/dedupe-script.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { emitRepair } from '../../../src/commands/new/emit/emit-repair.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { status } from '../../../src/commands/status/status.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { RUN_LOCK } from '../../../src/sql/lock-class.ts';
import { placeName } from '../../../src/sql/own-schema.ts';
import { makeProject } from '../../support/cli.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeProjectOf, readImages } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** A project of one rule on a table of its own, with copies in it, and with a history of its own. */
async function makeTenant(name: string, settings: Partial<Context['settings']> = {}) {
  const table = `t_${name}`;
  await db.sql.unsafe(`create table ${table} (id int primary key, k int);
    insert into ${table} select id, id / 2 from generate_series(1, 2000) id;
    create table child_${name} (id int primary key, t_id int references ${table} (id));
    insert into child_${name} select id, id from generate_series(1, 2000) id`);
  const rule = uniqueKey({ table, key: ['k'], limit: { share: 1 } });
  return await makeProjectOf(db, [rule], { settings: { historySchema: `msgdb_${name}`, ...settings } });
}

async function schemas(): Promise<readonly (string | null)[]> {
  return await column(db.sql, `select nspname from pg_namespace where nspname ~ '^msgdb' order by 1`);
}

/** What stands for the schema until it is put in, and tables of another one. */
const OPEN = /msgdb\$(?:own|lock)|\bmsgdb\.(?:runs|ledger|archives|work_limit)/;

function lockOf(history: string): string {
  return placeName(RUN_LOCK.join(', '), history);
}

describe('two projects that share a database', () => {
  test.each(['locked', 'online'] as const)(
    'work at once, %s, each with its own history, archive and undo',
    async (strategy) => {
      const [a, b] = [await makeTenant('a', { strategy }), await makeTenant('b', { strategy })];
      const before = await readImages(db.sql);
      const reports = await Promise.all([a.migrate(), b.migrate()]);
      for (const report of reports) expectOk(report);
      expect(await schemas()).toEqual(['msgdb_a', 'msgdb_b']);
      for (const [name, { context }] of Object.entries({ a, b })) {
        const schema = `msgdb_${name}`;
        expect(await column(db.sql, `select state from ${schema}.migrations`)).toEqual(['done']);
        expect(
          await column(
            db.sql,
            `select distinct object -> 'table' ->> 'name' from ${schema}.ledger where kind = 'removed'`,
          ),
        ).toEqual([`t_${name}`]);
        expect((await status(context, { exitCode: true })).verdict).toBe('ok');
        expectOk(await verify(context, {}));
        expect((await doctor(context)).findings).toEqual([]);
      }
      expectOk(await a.rollback());
      expectOk(await b.verify());
      expect(await column(db.sql, 'select state from msgdb_b.migrations')).toEqual(['done']);
      expectOk(await b.rollback());
      const after = await readImages(db.sql);
      expect(Object.fromEntries(Object.entries(after).filter(([name]) => !name.startsWith('msgdb')))).toEqual(before);
      await expectNoDebris(db.sql);
    },
  );

  test.each(['locked', 'online'] as const)(
    'make a rule each on one table at once, %s: what one removes, the other neither removes again nor loses',
    async (strategy) => {
      await db.sql.unsafe(`create table shared (id int primary key, k int, m int);
        insert into shared select id, id / 2, id / 3 from generate_series(1, 3000) id;
        create table kin (id int primary key, shared_id int references shared (id));
        insert into kin select id, id from generate_series(1, 3000) id`);
      const [a, b] = await Promise.all(
        (['k', 'm'] as const).map(async (key) => {
          const rule = uniqueKey({ table: 'shared', key: [key], limit: { share: 1 } });
          const settings = { strategy, historySchema: `msgdb_${key}`, lockRetries: 100 };
          return await makeProjectOf(db, [rule], { settings });
        }),
      );
      if (!(a && b)) throw new Error('There are two keys.');
      for (const report of await Promise.all([a.migrate(), b.migrate()])) expectOk(report);
      for (const project of [a, b]) expectOk(await project.verify());
      expect(await column(db.sql, 'select count(*) from kin k join shared s on s.id = k.shared_id')).toEqual(['3000']);
      const removed = ['k', 'm'].map((key) => `select row_count from msgdb_${key}.ledger where kind = 'removed'`);
      expect(
        await column(
          db.sql,
          `select (select count(*) from shared) + (select sum(row_count) from (${removed.join(' union all ')}) r)`,
        ),
      ).toEqual(['3000']);
      await expectNoDebris(db.sql);
    },
  );

  test('do not wait for each other, and one of them still waits for itself', async () => {
    const project = await makeTenant('b', { lockWaitMs: 0 });
    const other = db.open();
    onTestFinished(async () => other.end());
    await other.unsafe(`select pg_advisory_lock(${lockOf('msgdb')})`);
    expectOk(await project.migrate());
    await other.unsafe(`select pg_advisory_lock(${lockOf('msgdb_b')})`);
    await expect(project.rollback()).rejects.toMatchObject({ code: 'MSGDB_RUN_LOCKED', exitCode: 4 });
  });

  test('leave alone what a build of the other one needs, and clear it away when that one is gone', async () => {
    const project = await makeTenant('b');
    await db.sql.unsafe('create index msgdb_second_0123456789 on t_b (k)');
    const other = db.open();
    onTestFinished(async () => other.end());
    await other.unsafe(`select pg_advisory_lock(${lockOf('msgdb_a')})`);
    expectOk(await project.migrate());
    const left = `select coalesce(to_regclass('msgdb_second_0123456789')::text, 'gone')`;
    expect(await column(db.sql, left)).toEqual(['msgdb_second_0123456789']);
    await other.unsafe(`select pg_advisory_unlock(${lockOf('msgdb_a')})`);
    expectOk(await project.rollback());
    expect(await column(db.sql, left)).toEqual(['gone']);
  });
});

test('the default is msgdb, and a project with another name makes no msgdb', async () => {
  const project = await makeTenant('a');
  expectOk(await project.migrate());
  expect(await schemas()).toEqual(['msgdb_a']);
  const plain = await makeContext(db, { migrationsDir: project.context.migrationsDir });
  expect((await status(plain, { exitCode: false })).migrations).toMatchObject([{ state: 'pending' }]);
  expectOk(await migrate(plain, { dryRun: false, allowOutOfOrder: false }));
  expect(await schemas()).toEqual(['msgdb', 'msgdb_a']);
  expectOk(await rollback(plain, { dryRun: false }));
  expectOk(await project.verify());
});

test('scripts and repairs for other runners are written for it, and leave what the command leaves', async () => {
  const project = await makeTenant('a');
  const rule = uniqueKey({ table: 't_a', key: ['k'], limit: { share: 1 } });
  const script = await dedupeScript(project.context, { rule });
  expect(script).not.toMatch(OPEN);
  await db.sql.unsafe(script).simple();
  expect(await column(db.sql, `select row_count from msgdb_a.ledger where kind = 'removed'`)).toEqual(['999']);
  const plan = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
  expect(JSON.stringify(plan)).not.toMatch(OPEN);
  const workingDir = await makeProject({});
  await emitRepair(
    { ...project.context, workingDir },
    { name: 'once', rule: uniqueKey({ table: 'child_a', key: ['t_id'] }), runner: 'sql', directory: 'out' },
  );
  const files = await readdir(join(workingDir, 'out'));
  for (const file of files) {
    const text = await readFile(join(workingDir, 'out', file), 'utf8');
    expect(text).not.toMatch(OPEN);
    if (!file.includes('down')) await db.sql.unsafe(text).simple();
  }
  expect(await column(db.sql, `select count(*) from msgdb_a.runs`)).toEqual(['2']);
  expect(await schemas()).toEqual(['msgdb_a']);
});

test('a role that may not make it is told so by its name', async () => {
  const { context } = await makeTenant('a');
  const { url } = await db.createRole('guest', { grants: ['select on all tables in schema public'] });
  const report = await doctor(
    await makeContext({ url }, { migrationsDir: context.migrationsDir, settings: context.settings }),
  );
  expect(JSON.stringify(report)).toContain('the schema msgdb_a');
});
