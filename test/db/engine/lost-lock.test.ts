import { once } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import { putUpFence } from '../../../src/engine/index-build/raise-fence.ts';
import { useDatabase } from '../../support/database.ts';
import { asRun, resolveRule } from '../online/run.ts';
import { cleanDatabase, column } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const BELONGINGS = `
  select tgname from pg_trigger where tgname like '%msgdb%'
  union all select relname from pg_class where relname like 'msgdb\\_support%' or relname = 'work_of_the_second' order by 1`;

test('a run that has lost its lock leaves alone what the next run has made', async () => {
  const { sql } = db;
  await sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a')`);
  let second: Promise<void> | undefined;
  let made: readonly (string | null)[] = [];
  let firstOver = (): void => {};
  const over = new Promise<void>((resolve) => {
    firstOver = resolve;
  });
  await asRun(db, {}, async (first) => {
    await sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'msgdb: test (run lock)' and datname = current_database()`);
    await new Promise<void>((ready, failed) => {
      second = asRun(db, {}, async (run) => {
        const { key, build } = await resolveRule(run, { table: 't', key: ['k'], index: 'wanted' });
        await putUpFence(run, build, key, 'reject');
        await sql.unsafe('create table msgdb.work_of_the_second ()');
        made = await column(sql, BELONGINGS);
        ready();
        await over;
        expect(await column(sql, BELONGINGS)).toEqual(made);
      });
      second.catch(failed);
    });
    if (!first.signal.aborted) await once(first.signal, 'abort');
  });
  firstOver();
  await second;
  expect(made).toHaveLength(4);
  expect(await column(sql, BELONGINGS)).toEqual([]);
});
