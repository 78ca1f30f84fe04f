import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cleanDatabase, makeRule } from '../db/engine/project.ts';
import { useDatabase } from '../support/database.ts';

const db = useDatabase();
test('hang', { timeout: 300_000 }, async () => {
  const { sql } = db;
  let hung = 0;
  for (let ms = 0; ms < 300; ms += 3) {
    await cleanDatabase(sql);
    await sql.unsafe(`create table t (id int primary key, k int); insert into t select n, n % 20 from generate_series(1, 60) n`);
    const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy: 'online', batchSize: 5 });
    const m = project.migrate().catch((e: unknown) => e);
    await sleep(ms);
    const k = await sql`select pg_terminate_backend(pid), application_name, state, left(query, 60) q from pg_stat_activity where (application_name like 'msgdb%') and datname = current_database()`;
    const r = await Promise.race([m.then((x) => 'settled'), sleep(4000).then(() => 'HUNG')]);
    if (r === 'HUNG') { hung += 1; console.log(ms, r, JSON.stringify(k)); 
      console.log(JSON.stringify(await sql`select application_name, state, query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)); if (hung > 2) break; }
  }
  expect(hung).toBe(0);
});
