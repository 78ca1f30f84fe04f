import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeProjectOf } from '../engine/project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** Asks again and again how many rules of t are in force; gives the fewest that were seen. */
function watchRules(): () => Promise<number> {
  const sql = db.open();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const watching = (async () => {
    let fewest = Number.POSITIVE_INFINITY;
    while (!stop.signal.aborted) {
      const [rules] = await column(
        sql,
        `select count(*) from pg_index where indrelid = 't'::regclass and indisunique and indisvalid and not indisprimary`,
      );
      fewest = Math.min(fewest, Number(rules));
    }
    return fewest;
  })();
  return async () => {
    stop.abort();
    return await watching;
  };
}

test.each(['locked', 'online'] as const)(
  'a rule that is replaced leaves no moment without one, nor does undoing it (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`create table t (id int primary key, k int, state text not null default 'open');
      alter table t add constraint old_rule unique (k);
      insert into t select n, n from generate_series(1, 2000) n`);
    const up = [
      dropUniqueKey({ table: 't', key: ['k'], name: 'old_rule', replacedBy: 'new_rule', restore: { keep: ['id'] } }),
      uniqueKey({ table: 't', key: ['k'], where: `state = 'open'`, index: 'new_rule' }),
    ];
    const project = await makeProjectOf(db, up, { settings: { strategy } });
    const migrating = watchRules();
    expectOk(await project.migrate());
    expect(await migrating()).toBeGreaterThanOrEqual(1);
    await sql.unsafe(`insert into t values (5000, 1, 'closed'), (5001, 1, 'closed')`);
    await expect(sql.unsafe(`insert into t values (5002, 1, 'open')`)).rejects.toMatchObject({ code: '23505' });
    const undoing = watchRules();
    expectOk(await project.rollback());
    expect(await undoing()).toBeGreaterThanOrEqual(1);
    expect(
      await column(sql, `select conname from pg_constraint where conrelid = 't'::regclass and contype = 'u'`),
    ).toEqual(['old_rule']);
    expect(await column(sql, `select id from t where k = 1`)).toEqual(['1']);
    await expectNoDebris(sql);
  },
);
