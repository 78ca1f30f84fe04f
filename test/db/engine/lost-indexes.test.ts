import { beforeEach, expect, test } from 'vitest';
import { doctor } from '../../../src/commands/doctor.ts';
import { migrate } from '../../../src/commands/migrate.ts';
import { verify } from '../../../src/commands/verify.ts';
import { sql as sqlOperation } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeProjectOf, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();
const RULE = { table: 't', key: ['k'], index: 't_k_unique' } as const;

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a'), (2, 'a'), (3, 'b')`);
});

test.each(STRATEGIES)(
  'an index that was dropped by hand is built again, and all is undone in one (%s)',
  async (strategy) => {
    const before = await readImages(db.sql);
    const project = await makeRule(db, RULE, { strategy });
    expectOk(await project.migrate());
    await db.sql.unsafe(`drop index t_k_unique; insert into t values (9, 'b')`);
    expect((await project.verify()).verdict).toBe('findings');

    const planned = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    expect(planned.summary).toBe('1 lost index would be built again; nothing was changed');
    expect(planned.plan[0]?.steps.length).toBeGreaterThan(0);

    const report = await project.migrate();
    expectOk(report);
    expect(report.summary).toBe('1 lost index built again');
    expectOk(await project.verify());
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3']);
    expect((await project.migrate()).summary).toBe('nothing to do: 1 migration is applied');

    expectOk(await project.rollback());
    await db.sql`delete from t where id = 9`;
    expect(await readImages(db.sql)).toEqual(before);
  },
);

test('an index that later SQL of the migrations has dropped is not fought for', async () => {
  const project = await makeProjectOf(db, [
    uniqueKey({ ...RULE, limit: { share: 1 } }),
    sqlOperation({ up: 'insert into t values (7, $$c$$)', down: 'delete from t where id = 7' }),
    sqlOperation({
      up: 'create table drops (n text); insert into drops values ($$t_k_unique$$)',
      down: 'drop table drops',
    }),
  ]);
  expectOk(await project.migrate());
  await db.sql`drop index t_k_unique`;
  expect((await project.migrate()).summary).toBe('nothing to do: 1 migration is applied');
});

test('of a rule that no migration declares, verify and doctor do not say that migrate would build it', async () => {
  const context = await makeContext(db, {});
  const report = await verify(context, { rule: uniqueKey(RULE) });
  expect(report.findings.map(({ fix }) => fix).join('\n')).toContain('`msgdb new NAME`');
  expect(report.findings.map(({ fix }) => fix).join('\n')).not.toMatch(/^Run `msgdb migrate`/m);
  await db.sql`create unique index concurrently half on t (k)`.catch(() => undefined);
  const { findings } = await doctor(context);
  expect(findings.find(({ code }) => code === 'MSGDB_INDEX_INVALID')?.fix).toContain('drop index concurrently half;');
});
