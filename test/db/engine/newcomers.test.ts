import { beforeEach, describe, expect, test } from 'vitest';
import { dedupeOnline } from '../../../src/engine/dedupe/run-dedupe.ts';
import { readNow, type Staged, stage } from '../../../src/engine/dedupe/stage-groups.ts';
import { useDatabase } from '../../support/database.ts';
import { until } from '../online/climb.ts';
import { asRun, resolveGroups } from '../online/run.ts';
import { cleanDatabase, column } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** What a pass over the newcomers to `t` finds: all that was written after `begin`, and of transactions open at its end. */
async function stageNewcomers(
  begin: () => Promise<void>,
  meanwhile: () => Promise<unknown>,
): Promise<Pick<Staged, 'groups' | 'rows'>> {
  return await asRun(db, {}, async (run) => {
    const dedupe = await resolveGroups(run, { table: 't', key: ['k'] });
    await begin();
    const since = await run.session.transaction({}, async (tx) => readNow(tx));
    await meanwhile();
    const { groups, rows } = await run.session.transaction({}, async (tx) =>
      stage(tx, dedupe, { among: 'newcomers', since }),
    );
    return { groups, rows };
  });
}

describe('a pass over what has come since the last one', () => {
  test('leaves out groups that were there, and finds those that a new or changed row makes', async () => {
    const { sql } = db;
    await sql`create table t (id int primary key, k int)`;
    await sql`insert into t values (1, 1), (2, 1), (3, 3), (4, 4), (5, 5)`;
    const change = async () =>
      sql`insert into t values (6, 3), (7, 7)`.then(async () => sql`update t set k = 5 where id = 4`);
    // Transactions of other databases, which other tests have open, hold the moment back.
    const old = `select bool_and(age(xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)) from t`;
    const settled = async () => until(async () => (await column(sql, old))[0] === 'true');
    expect(await stageNewcomers(settled, change)).toEqual({ groups: 2, rows: 4 });
  });

  test('finds copies of transactions that were open when it began, savepoints and younger commits or not', async () => {
    const { sql } = db;
    await sql`create table t (id int primary key, k int)`;
    await sql`insert into t values (1, 1), (2, 2)`;
    const [plain, nested] = [db.open(), db.open()];
    async function begin(): Promise<void> {
      await plain.unsafe('begin');
      await plain`insert into t values (3, 1)`;
      await nested.unsafe('begin');
      await nested`savepoint inner_one`;
      await nested`insert into t values (4, 2)`;
      // Younger transactions that end before: the moment is not that of the newest one.
      for (let id = 10; id < 15; id += 1) await sql`insert into t values (${id}, ${id})`;
    }
    const found = await stageNewcomers(begin, async () => {
      await plain.unsafe('commit');
      await nested.unsafe('commit');
    });
    expect(found).toEqual({ groups: 2, rows: 4 });
  });

  test('looks at every row where too many are new, or their hashes are not to be had', async () => {
    const { sql } = db;
    await sql`create table t (id int primary key, k int)`;
    await sql`insert into t values (1, -1), (2, -1)`;
    const flood = async () => sql`insert into t select n, n from generate_series(3, 100010) n`;
    expect(await stageNewcomers(async () => {}, flood)).toEqual({ groups: 1, rows: 2 });
    await sql`drop table t`;
    await sql`create table t (id int primary key, k bit(8))`;
    await sql`insert into t values (1, B'00000001'), (2, B'00000001')`;
    expect(
      await stageNewcomers(
        async () => {},
        async () => {},
      ),
    ).toEqual({ groups: 1, rows: 2 });
  });
});

test('a group that lost a row meanwhile is found again, though no row of it is new', async () => {
  const { sql } = db;
  // Removing the copy of 1 takes a row of 2 along, whose group is staged by then.
  await sql.unsafe(`
    create table t (k int, v int);
    insert into t values (1, 1), (1, 2), (2, 1), (2, 2), (2, 3);
    create function take_along() returns trigger language plpgsql as $$
      begin
        if old.k = 1 then delete from t where k = 2 and v = 3; end if;
        return old;
      end $$;
    create trigger take_along before delete on t for each row execute function take_along()`);
  const outcome = await asRun(db, { settings: { batchSize: 2 } }, async (run) => {
    const rule = { table: 't', key: ['k'], keep: ['v asc'], limit: { share: 1 } } as const;
    const origin = { runId: run.id, migration: null, operation: null };
    return await dedupeOnline(run, await resolveGroups(run, rule), origin);
  });
  expect(outcome).toMatchObject({ removed: 2, unsettled: 0 });
  expect(await column(sql, 'select k || v::text from t order by 1')).toEqual(['11', '21']);
});
