import type postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { scratchIndex } from '../../../src/sql/scratch.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, expectSecondRunDoesNothing } from '../engine/project.ts';
import { makeOnline, RULE, STATE, until } from './climb.ts';
import { asRun, resolveRule, sqlstate } from './run.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const BUILD = 'create unique index concurrently wanted on t (k)';

/** What enforces and what serves: an insert of a copy, CREATE … IF NOT EXISTS, and an upsert. */
async function tryOut(sql: postgres.Sql): Promise<readonly string[]> {
  return [
    await sqlstate(sql.unsafe(`insert into t values (1000, 'new'), (1001, 'new')`)),
    await sqlstate(sql.unsafe('create unique index if not exists wanted on t (k)')),
    await sqlstate(sql.unsafe(`insert into t values (1002, 'x') on conflict (k) do nothing`)),
  ];
}

describe('what a concurrent build leaves behind, and what becomes of it:', () => {
  const TABLE = `create table t (id int primary key, k text); insert into t select n, n from generate_series(1, 20) n;`;

  test('duplicates at the first snapshot: neither valid nor ready; dropped and built again', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE} insert into t values (21, '1')`);
    expect(await sqlstate(sql.unsafe(BUILD))).toBe('23505');
    expect(await column(sql, STATE)).toEqual(['wanted valid=f ready=f']);
    expect(await tryOut(sql)).toEqual(['ok', 'ok', '42P10']);
    const project = await makeOnline(db);
    expectOk(await project.migrate());
    expect(await column(sql, STATE)).toEqual(['wanted valid=t ready=t']);
    await expectNoDebris(sql);
    await expectSecondRunDoesNothing(sql, project);
  });

  test('a lock_timeout while it waits for old snapshots: not valid, but ready; kept, and swapped for a second one', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}`);
    const old = await db.open().reserve();
    await old.unsafe('begin isolation level repeatable read; select count(*) from pg_class');
    await sql.unsafe(`set lock_timeout = '200ms'`);
    expect(await sqlstate(sql.unsafe(BUILD))).toBe('55P03');
    await old.unsafe('commit');
    old.release();
    expect(await column(sql, STATE)).toEqual(['wanted valid=f ready=t']);
    expect(await tryOut(sql)).toEqual(['23505', 'ok', '42P10']);
    const project = await makeOnline(db);
    expectOk(await project.migrate());
    expect(project.told).toContainEqual(expect.stringMatching(/wanted is not valid, but rejects most new copies/));
    expect(await column(sql, STATE)).toEqual(['wanted valid=t ready=t']);
    await expectNoDebris(sql);
  });

  test('a duplicate that arrives during the build: not valid, but ready; reported, and a second one is built beside it', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}`);
    const [before, meanwhile] = [await db.open().reserve(), await db.open().reserve()];
    // The build waits for the first writer; the second one begins meanwhile, and its copy is met by the validation.
    await before.unsafe(`begin; insert into t values (30, '30')`);
    const project = await makeOnline(db);
    const migrating = project.migrate();
    await until(
      async () =>
        (
          await column(
            sql,
            `select 1 from pg_stat_progress_create_index where lockers_total > 0 and datname = current_database()`,
          )
        ).length > 0,
    );
    await meanwhile.unsafe(`begin; insert into t values (31, '1')`);
    await before.unsafe('commit');
    await until(async () => (await column(sql, STATE)).includes('wanted valid=f ready=t'));
    await meanwhile.unsafe('commit');
    before.release();
    meanwhile.release();
    expectOk(await migrating);
    expect(project.told).toContainEqual(
      expect.stringMatching(
        /^build 1 of wanted met a copy .* rejects most new copies already; .* a second one beside it/,
      ),
    );
    expect(await column(sql, STATE)).toEqual(['wanted valid=t ready=t']);
    expect(await column(sql, `select id from t where k = '1'`)).toEqual(['1']);
    await expectNoDebris(sql);
    expectOk(await project.rollback());
    expect(await column(sql, `select count(*) from t`)).toEqual(['22']);
  });

  test('a second index that a killed run had completed takes the name, and nothing is built again', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}`);
    const second = await asRun(
      db,
      {},
      async (run) => scratchIndex('second', (await resolveRule(run, RULE)).build).name,
    );
    await sql.unsafe(`create unique index ${second} on t (k); create unique index wanted on t (k);
      update pg_index set indisvalid = false where indexrelid = 'wanted'::regclass`);
    const [built] = await column(sql, `select '${second}'::regclass::oid`);
    const project = await makeOnline(db);
    expectOk(await project.migrate());
    expect(await column(sql, `select 'wanted'::regclass::oid`)).toEqual([built]);
    expect(await column(sql, STATE)).toEqual(['wanted valid=t ready=t']);
    await expectNoDebris(sql);
  });
});
