import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeRule } from './project.ts';
import { makeRandom, type Random } from './random.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const RUNS = 30;
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);

describe(`writers that go on (TEST_SEED=${SEED})`, () => {
  test.each(Array.from({ length: RUNS }, (_, run) => run))('run %i: laws 1 to 3 hold', async (run) => {
    const random = makeRandom(SEED + run);
    const { sql } = db;
    const groups = random.below(40) + 10;
    await sql.unsafe(`
      create table t (id int primary key, k int, v int, live boolean not null default true);
      create table child (id serial primary key, t_id int not null references t on delete cascade, name int, unique (t_id, name));
      create table log (what text, id int);
      create function note() returns trigger language plpgsql as $$ begin
        if current_setting('application_name') not like 'msgdb%' then
          insert into log values (tg_op, case when tg_op = 'DELETE' then old.id else new.id end); end if; return null; end $$;
      create trigger note after insert or delete on t for each row execute function note();
      insert into t select n, n % ${groups}, n from generate_series(1, ${groups * 3}) n;
      insert into child (t_id, name) select n, n % 3 from generate_series(1, ${groups * 3}) n;
      truncate log`);
    const stop = new AbortController();
    const writers = Array.from({ length: 3 }, (_, place) =>
      write(db.open(), makeRandom(SEED * 31 + run * 7 + place), groups, stop.signal),
    );
    const project = await makeRule(
      db,
      { table: 't', key: ['k'], where: 'live', keep: ['v desc'], index: 'wanted' },
      {
        strategy: 'online',
        jobs: random.below(3) + 1,
        batchSize: random.below(6) + 1,
        lockTimeoutMs: 500,
        lockRetries: 20,
      },
    );
    await sleep(random.below(20));
    const migrating = project.migrate();
    // Writers stop after a while, so that the build has its chance; the batches have met them by then.
    await sleep(40 + random.below(80));
    stop.abort();
    const tried = (await Promise.all(writers)).reduce((sum, each) => sum + each, 0);
    expect(tried).toBeGreaterThan(0);
    const report = await migrating;
    if (report.verdict !== 'ok') expectOk(await project.migrate());

    // Law 1: every key somebody did not remove himself is still there. A key goes only when writers deleted its rows.
    const [lost] = await column(
      sql,
      `
      with ever as (select id, k from t union select id, k from ${await archiveOf(sql, 't')} where msgdb_image = 'removed')
      select count(*) from ever e
       where not exists (select from t where t.k = e.k) and not exists (select from log where what = 'DELETE' and id in (select id from ever x where x.k = e.k))`,
    );
    expect(lost).toBe('0');
    // Law 2: each row that came is in the table, in the archive, or was deleted by a writer.
    const [vanished] = await column(
      sql,
      `
      with came as (select generate_series(1, ${groups * 3}) as id union select id from log where what = 'INSERT')
      select count(*) from came c where not exists (select from t where t.id = c.id)
         and not exists (select from ${await archiveOf(sql, 't')} a where a.id = c.id and msgdb_image = 'removed')
         and not exists (select from log where what = 'DELETE' and log.id = c.id)`,
    );
    expect(vanished).toBe('0');
    // Law 3: the rule is true, and rows outside it were not touched.
    expect(
      await column(sql, `select count(*) from (select from t where live group by k having count(*) > 1) x`),
    ).toEqual(['0']);
    expect(
      await column(sql, `select count(*) from ${await archiveOf(sql, 't')} where msgdb_image = 'removed' and not live`),
    ).toEqual(['0']);
    expect(await column(sql, `select count(*) from child where t_id not in (select id from t)`)).toEqual(['0']);
    await expectNoDebris(sql);
    expectOk(await project.verify());
  });
});

async function archiveOf(sql: postgres.Sql, table: string): Promise<string> {
  const [name] = await column(sql, `select name from msgdb.archives where source_table = '${table}'`);
  return `msgdb."${name}"`;
}

/** Does what an application does, at random, until it is told to stop; gives how many statements succeeded. */
async function write(client: postgres.Sql, random: Random, groups: number, stop: AbortSignal): Promise<number> {
  let done = 0;
  const anyRow = `(select id from t where k = ${'$1'} order by v limit 1 offset $2)`;
  while (!stop.aborted) {
    const k = random.below(groups);
    const offset = random.below(3);
    const id = 10_000 + random.below(1_000_000_000);
    const choice = random.below(8);
    try {
      if (choice <= 1) await client.unsafe('insert into t values ($2, $1, $3)', [k, id, random.below(500)]);
      else if (choice === 2)
        await client.unsafe(`update t set v = $3 where id = ${anyRow}`, [k, offset, random.below(500)]);
      else if (choice === 3)
        await client.unsafe(`update t set k = $3 where id = ${anyRow}`, [k, offset, random.below(groups)]);
      else if (choice === 4) await client.unsafe(`delete from t where id = ${anyRow}`, [k, offset]);
      else if (choice === 5)
        await client.unsafe(`insert into child (t_id, name) select id, $3::int from t where id = ${anyRow}`, [
          k,
          offset,
          random.below(6),
        ]);
      else if (choice === 6) await client.unsafe(`update t set live = not live where id = ${anyRow}`, [k, offset]);
      else await client.unsafe('vacuum t');
      done += 1;
    } catch (error) {
      const { code } = error as { code?: string };
      // Only what a unique index, a foreign key, a deadlock or a cancelled vacuum may say.
      if (!['23505', '23503', '40P01', '57014', '55P03'].includes(code ?? '')) throw error;
    }
  }
  return done;
}
