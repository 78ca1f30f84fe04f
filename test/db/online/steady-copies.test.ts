import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { putUpFence } from '../../../src/engine/index-build/raise-fence.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeProjectOf } from '../engine/project.ts';
import { makeOnline, RULE, STATE, stopAtEnd } from './climb.ts';
import { asRun, resolveRule, sqlstate } from './run.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('copies that come all the time', () => {
  async function harass(
    sql: postgres.Sql,
    stop: AbortSignal,
  ): Promise<{ acknowledged: number[]; errors: Set<string> }> {
    const acknowledged: number[] = [];
    const errors = new Set<string>();
    for (let id = 100_000 + Math.floor(Math.random() * 1e6) * 1000; !stop.aborted; id += 1) {
      const key = id % 2 === 0 ? `new ${id}` : String(1 + (id % 900));
      try {
        const rows = await sql.unsafe(`insert into t values (${id}, '${key}') returning id`);
        if (rows.length > 0 && id % 2 === 0) acknowledged.push(id);
        await sql.unsafe(`update t set v = v + 1 where id = ${1 + (id % 2000)}`);
      } catch (error) {
        const { code = '' } = error as { code?: string };
        // A test that failed closes its connections: nothing more to be done on this one.
        if (code.startsWith('CONNECTION')) break;
        errors.add(code);
      }
    }
    return { acknowledged, errors };
  }

  test.each([
    ['reject', ['23505']],
    ['skip', []],
  ] as const)(
    'are fenced off (%s), the index is built, and nothing of the application’s is lost',
    async (fence, errors) => {
      const { sql } = db;
      await sql.unsafe(`create table t (id int primary key, k text, v int not null default 0);
      insert into t select n, n % 1000 from generate_series(1, 2000) n`);
      const stop = stopAtEnd();
      const writers = [0, 1, 2].map(() => harass(db.open(), stop.signal));
      const project = await makeOnline(db, { settings: { fence } });
      const report = await project.migrate();
      stop.abort();
      const done = await Promise.all(writers);
      expectOk(report);
      expect(project.told).toContainEqual(
        expect.stringMatching(
          fence === 'skip' ? /a trigger on t leaves out new copies/ : /a trigger on t rejects \(23505\) new copies/,
        ),
      );
      const acknowledged = done.flatMap((each) => each.acknowledged);
      expect(acknowledged.length).toBeGreaterThan(10);
      expect(await column(sql, `select count(*) from t where id in (${acknowledged.join(',')})`)).toEqual([
        String(acknowledged.length),
      ]);
      // The finished index rejects them too, whatever the fence did.
      const seen = new Set(done.flatMap((each) => [...each.errors]));
      if (errors.length > 0) expect([...seen]).toEqual(errors);
      else expect([...seen].filter((code) => code !== '23505')).toEqual([]);
      expect(await column(sql, STATE)).toEqual(['wanted valid=t ready=t']);
      await expectNoDebris(sql);
    },
  );

  test('with --fence none are given up on after bounded rounds, with nothing left but what was there', async () => {
    const { sql } = db;
    await sql.unsafe(`create table t (id int primary key, k text, v int not null default 0);
      insert into t select n, n from generate_series(1, 5000) n`);
    const stop = stopAtEnd();
    const writers = [0, 1].map(() => harass(db.open(), stop.signal));
    await sleep(50);
    const project = await makeOnline(db, { settings: { fence: 'none' } });
    const report = await project.migrate();
    stop.abort();
    await Promise.all(writers);
    expect(report.verdict).not.toBe('ok');
    expect(report.findings[0]?.message).toMatch(/still has copies|kept coming/);
    await expectNoDebris(sql);
  });
});

test('a fence that a killed run left for another key is taken down', async () => {
  const { sql } = db;
  await sql.unsafe(`create table t (id int primary key, k text, v text);
    insert into t select n, n % 10, n from generate_series(1, 20) n`);
  const leave = async (key: string) => {
    const [made] = await asRun(db, {}, async (run) => {
      const { key: resolved, build } = await resolveRule(run, { ...RULE, key: [key] });
      await putUpFence(run, build, resolved, 'reject');
      // As a kill would leave it: what the end of this run takes down is made again.
      return await run.session.query({
        text: `select pg_get_functiondef(p.oid) || ';' || string_agg(pg_get_triggerdef(t.oid), ';') || ';comment on function '
                 || p.oid::regprocedure || ' is ' || quote_literal(obj_description(p.oid, 'pg_proc')) as again
                 from pg_proc p join pg_trigger t on t.tgfoid = p.oid group by p.oid`,
        values: [],
      });
    });
    await sql.unsafe(String(made?.again));
  };
  await leave('v');
  expect(await sqlstate(sql.unsafe(`insert into t values (30, 'other', '1')`))).toBe('23505');
  const project = await makeOnline(db);
  expectOk(await project.migrate());
  expect(await sqlstate(sql.unsafe(`insert into t values (30, 'other', '1')`))).toBe('ok');
  await expectNoDebris(sql);
});

test('an interrupted run takes its fence down', async () => {
  const { sql } = db;
  await sql.unsafe(`create table t (id int primary key, k text, v int not null default 0);
    insert into t select n, n % 1000 from generate_series(1, 2000) n`);
  const stop = stopAtEnd();
  const copier = db.open();
  const copying = (async () => {
    for (let id = 10_000; !stop.signal.aborted; id += 1) {
      await sqlstate(copier.unsafe(`insert into t values (${id}, '1')`));
      await sleep(1);
    }
  })();
  const emit = (event: RunEvent): void => {
    if (event.kind === 'note' && event.message.includes('a trigger on t')) setTimeout(() => stop.abort(), 30);
  };
  const project = await makeOnline(db, { emit, signal: stop.signal });
  expect((await project.migrate()).findings[0]?.code).toBe('MSGDB_INTERRUPTED');
  await copying;
  expect(await column(sql, `select tgname from pg_trigger where tgname like '%msgdb%'`)).toEqual([]);
  const again = await makeProjectOf(db, [uniqueKey(RULE)], { settings: { strategy: 'online' } });
  expectOk(await again.migrate());
  await expectNoDebris(sql);
});
