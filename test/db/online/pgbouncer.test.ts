import { beforeEach, describe, expect, test } from 'vitest';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { findPgBouncer, startPgBouncer } from '../../support/pgbouncer.ts';
import { cleanDatabase, column, expectOk, makeProjectOf } from '../engine/project.ts';
import { check } from '../upserts/check.ts';

const db = useDatabase();
const program = findPgBouncer();
const RULE = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`create table t (id int primary key, k int); insert into t values (1, 1), (2, 1), (3, 2);
    create schema other; create table other.t (id int primary key, k int); insert into other.t values (1, 1)`);
});

describe.skipIf(program === undefined)('PgBouncer in transaction mode', () => {
  test.each(['locked', 'online'] as const)(
    'nothing is changed through it, and the error names a direct connection (%s)',
    async (strategy) => {
      const url = await startPgBouncer(program ?? '', db.url, 'transaction');
      const before = await fingerprint(db.sql);
      const project = await makeProjectOf({ url }, [RULE], { settings: { strategy } });
      await expect(project.migrate()).rejects.toMatchObject({
        code: 'MSGDB_POOLER_UNSAFE',
        exitCode: 3,
        fix: expect.stringContaining('MSGDB_DATABASE_URL='),
      });
      expect(await fingerprint(db.sql)).toEqual(before);
      const direct = await makeProjectOf(db, [RULE], { settings: { strategy } });
      expectOk(await direct.migrate());
    },
  );

  test('commands that look work, and leave nothing on the connections they used', async () => {
    const url = await startPgBouncer(program ?? '', db.url, 'transaction');
    const project = await makeProjectOf({ url }, [RULE], { settings: { schema: 'other' } });
    const found = await findDuplicates(project.context, { rule: RULE, samples: 5 });
    expect(found.targets.map(({ excessRows }) => excessRows)).toEqual([0]);
    const main = await makeProjectOf({ url }, [RULE]);
    expect((await findDuplicates(main.context, { rule: RULE, samples: 5 })).targets[0]?.excessRows).toBe(1);
    expect((await main.verify()).findings.map(({ code }) => code)).toContain('MSGDB_DUPLICATES_FOUND');
    expect((await doctor(main.context)).findings.map(({ code }) => code)).toEqual(['MSGDB_POOLER_UNSAFE']);
    const upsert = 'insert into t values (1, 1) on conflict (id) where';
    const { upserts } = await check(
      { url },
      { 'a.sql': `${upsert} k = $1 do nothing; ${upsert} nope = $1 do nothing` },
    );
    expect(upserts.map(({ status }) => status)).toEqual(['ok', 'error']);
    // Every server connection of the pool, one after the other.
    const clients = Array.from({ length: 5 }, () => db.open({ url }));
    for (const client of clients) await client.unsafe('begin');
    for (const client of clients) {
      expect(await column(client, 'show search_path')).toEqual(['"$user", public']);
      expect(await column(client, 'show lock_timeout')).toEqual(['0']);
      expect(await column(client, `select name from pg_prepared_statements where name ~ 'msgdb'`)).toEqual([]);
      await client.unsafe('rollback');
    }
  });
});

test.skipIf(program === undefined)('PgBouncer in session mode keeps sessions, and is no hindrance', async () => {
  const url = await startPgBouncer(program ?? '', db.url, 'session');
  const project = await makeProjectOf({ url }, [RULE], { settings: { strategy: 'online' } });
  expectOk(await project.migrate());
  expectOk(await project.verify());
  // As Supabase names the login at its pooler: the role, and the project behind a dot.
  const named = await makeProjectOf({ url: url.replace('postgres@', 'postgres.abcdefghijklmnop@') }, [RULE]);
  expectOk(await named.verify());
});
