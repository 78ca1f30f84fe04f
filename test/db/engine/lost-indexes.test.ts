import { beforeEach, expect, test } from 'vitest';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { status } from '../../../src/commands/status/status.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import type { Listener } from '../../../src/model/event.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { sql as sqlOperation } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
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

test('status reports a lost index and ends with 1; nothing is written', async () => {
  const project = await makeRule(db, RULE);
  expectOk(await project.migrate());
  expect(await status(project.context, { exitCode: true })).toMatchObject({ verdict: 'ok', findings: [] });

  await db.sql`drop index t_k_unique`;
  const before = await fingerprint(db.sql, { physical: true });
  const told = {
    summary: '1 of 1 migration applied, 0 pending, 1 lost index',
    next: 'msgdb migrate --dry-run',
    findings: [{ code: 'MSGDB_INDEX_MISSING', migration: '0001-the-test', table: 't' }],
  };
  const quiet = await status(project.context, { exitCode: false });
  expect(quiet).toMatchObject({ ...told, verdict: 'findings' });
  expect(quiet.findings[0]?.message).toBe('The index t_k_unique of 0001-the-test is missing.');
  const strict = await status(project.context, { exitCode: true });
  expect(strict).toMatchObject({ ...told, verdict: 'findings' });
  expect([exitCodeOf(quiet), exitCodeOf(strict)]).toEqual([1, 1]);
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

test('a rule whose column is gone does not keep the lost index of another from being seen', async () => {
  await db.sql`alter table t add v text`;
  const broken = uniqueKey({ table: 't', key: ['id', { expression: 'lower(v)' }], index: 'broken' });
  const project = await makeProjectOf(db, [broken, uniqueKey({ ...RULE, limit: { share: 1 } })]);
  expectOk(await project.migrate());
  await db.sql.unsafe('drop index t_k_unique; alter table t drop v');
  const { findings } = await status(project.context, { exitCode: true });
  expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining('t_k_unique')]);
  expect((await project.migrate()).summary).toMatch(/^1 lost index built again/);
});

test('a role that may not read the tables sees the states, and that the indexes were not looked at', async () => {
  const project = await makeRule(db, RULE);
  expectOk(await project.migrate());
  await db.sql`drop index t_k_unique`;
  const role = await db.createRole('watcher');
  await db.sql.unsafe(`
    grant usage on schema public, msgdb to ${role.name}; grant select on all tables in schema msgdb to ${role.name}`);
  const notes: string[] = [];
  const { migrationsDir } = project.context;
  const emit: Listener = (event) => event.kind === 'note' && notes.push(event.message);
  const report = await status(await makeContext(role, { migrationsDir, emit }), { exitCode: true });
  expect(report).toMatchObject({
    verdict: 'ok',
    migrations: [{ state: 'done' }],
    summary: '1 of 1 migration applied, 0 pending; whether their indexes are there could not be looked at',
  });
  expect(notes).toEqual([expect.stringMatching(/^indexes of applied migrations were not looked at: /)]);
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

test('an invalid leftover of the wanted name and another meaning is a leftover: the statement that drops it is given', async () => {
  await db.sql`create unique index concurrently t_k_unique on t (k)`.catch(() => undefined);
  const rule = { ...RULE, where: `k <> 'z'` };
  const project = await makeRule(db, rule);
  const told = {
    code: 'MSGDB_INDEX_INVALID',
    message: expect.stringMatching(
      /not valid, was left by a failed build, and has another definition: CREATE UNIQUE INDEX/,
    ),
    fix: 'Drop it with `drop index concurrently "public"."t_k_unique";`.',
  };
  const checked = await verify(project.context, { rule: uniqueKey(rule) });
  expect(checked.findings[0]).toMatchObject(told);
  const refused = await project.migrate();
  expect(refused.findings[0]).toMatchObject({ code: told.code, message: told.message, fix: told.fix });
  await db.sql.unsafe(/`(.*)`/.exec(refused.findings[0]?.fix ?? '')?.[1] ?? '');
  expectOk(await project.migrate());
});

test('a plain index of the wanted name and another meaning is no index that migrate would build', async () => {
  await db.sql`create index by_k on t (id)`;
  const project = await makeProjectOf(db, [index({ table: 't', columns: ['k'], name: 'by_k' })]);
  expect((await project.migrate()).findings[0]?.code).toBe('MSGDB_INDEX_DIFFERS');
  await db.sql`drop index by_k`;
  expectOk(await project.migrate());
  await db.sql`drop index by_k`;
  await db.sql`create index by_k on t (id)`;
  expect((await project.verify()).findings).toMatchObject([
    { code: 'MSGDB_INDEX_DIFFERS', message: expect.stringContaining('the name means something else: CREATE INDEX') },
  ]);
});

test('doctor gives statements that run, for odd names, other schemas and partitioned tables', async () => {
  await db.sql.unsafe(`
    create schema "Odd"; create table "Odd"."T x" (k int); insert into "Odd"."T x" values (1), (1);
    create table parted (k int) partition by list (k); create table parted_1 partition of parted for values in (1);
    create unique index half_parted on only parted (k)`);
  await db.sql`create unique index concurrently "Half x" on "Odd"."T x" (k)`.catch(() => undefined);
  const { findings } = await doctor(await makeContext(db));
  const fixes = findings.filter(({ code }) => code === 'MSGDB_INDEX_INVALID').map(({ fix }) => fix);
  expect(fixes).toHaveLength(2);
  for (const fix of fixes) await db.sql.unsafe(/`(drop index.*?;)`/.exec(fix)?.[1] ?? 'select no_statement');
  const after = await doctor(await makeContext(db));
  expect(after.findings.filter(({ code }) => code === 'MSGDB_INDEX_INVALID')).toEqual([]);
});

test('status answers while a table is locked, and says that indexes were not looked at', async () => {
  const project = await makeRule(db, { ...RULE, where: 'k is not null' });
  expectOk(await project.migrate());
  const other = db.open();
  await other.unsafe('begin; lock table t in access exclusive mode');
  const told: string[] = [];
  const context = await makeContext(db, {
    migrationsDir: project.context.migrationsDir,
    settings: { lockTimeoutMs: 50 },
    emit: (event) => {
      if (event.kind === 'note') told.push(event.message);
    },
  });
  expect(await status(context, { exitCode: true })).toMatchObject({ verdict: 'ok', findings: [] });
  expect(told).toEqual([expect.stringMatching(/^indexes of applied migrations were not looked at/)]);
  await other.unsafe('rollback');
});
