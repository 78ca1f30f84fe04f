import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import {
  apply,
  contents,
  count,
  definitions,
  empty,
  fixture,
  load,
  META,
  migrationsOf,
  physical,
  run,
  stayInside,
  undo,
  untrue,
  upsert,
} from './incidents.ts';

const db = useDatabase();
/** Index builds in this database: the view knows those of all. */
const BUILDS = 'pg_stat_progress_create_index where datname = current_database()';
const INDEX = 'idx_meta_assets_cache_ws_phone_unique';

beforeEach(async () => {
  await empty(db.sql);
});

describe.each(['locked', 'online'] as const)('with strategy %s', (strategy) => {
  const settings = { strategy };

  test('where the constraint is there under another name, it is accepted and nothing is built', async () => {
    await run(db.sql, META, 'start-constraint');
    const [rows, defined] = [await contents(db.sql, [META]), await definitions(db.sql)];
    const report = await apply(await context({ settings }));
    expect(report.applied[0]?.steps).toMatchObject([
      {
        kind: 'accept-index',
        title: 'Nothing to build: meta_assets_cache_workspace_id_phone_number_id_key exists and is valid',
      },
    ]);
    expect(await untrue(db.sql, [META], 'expected-constraint')).toEqual([]);
    expect(await contents(db.sql, [META])).toEqual(rows);
    expect(await definitions(db.sql)).toEqual(defined);
    await db.sql.unsafe(await upsert(META, 'after'));
  });

  test('undo leaves an accepted constraint where it is', async () => {
    await run(db.sql, META, 'start-constraint');
    const defined = await definitions(db.sql);
    const options = await context({ settings });
    await apply(options);
    const dry = await rollback(options, { dryRun: true });
    expect(dry.plan.flatMap(({ notes }) => notes)).toEqual([
      'meta_assets_cache_workspace_id_phone_number_id_key was there before the migration and stays.',
    ]);
    await undo(options);
    expect(await untrue(db.sql, [META], 'expected-constraint')).toEqual([]);
    expect(await definitions(db.sql)).toEqual(defined);
  });

  test('an invalid leftover of the wanted name is dropped and built again', async () => {
    await load(db.sql, [META]);
    await expect(db.sql.unsafe(await fixture(META, 'start-invalid-index'))).rejects.toMatchObject({ code: '23505' });
    expect(await invalid()).toEqual([INDEX]);
    const options = await context({ settings });

    const checks = (await verify(options, {})).checks.filter(({ status }) => status === 'failed');
    expect(checks.map(({ code }) => code)).toContain('MSGDB_INDEX_INVALID');
    const dry = await migrate(options, { dryRun: true, allowOutOfOrder: false });
    expect(JSON.stringify(dry.plan)).toContain(`Drop ${INDEX}, an invalid leftover of a failed build`);

    await apply(options);
    expect(await untrue(db.sql, [META])).toEqual([]);
    expect(await invalid()).toEqual([]);
  });

  test('a table without a primary key keeps, of equal rows, the one stored first', async () => {
    await run(db.sql, META, 'schema-no-primary-key');
    await run(db.sql, META, 'rows');
    const [rows, defined] = [await contents(db.sql, [META]), await definitions(db.sql)];
    const options = await context({ settings });
    await apply(options);
    expect(await untrue(db.sql, [META])).toEqual([]);
    const before = await physical(db.sql);
    await apply(options);
    expect(await physical(db.sql)).toEqual(before);

    await undo(options);
    expect(await contents(db.sql, [META])).toEqual(rows);
    expect(await definitions(db.sql)).toEqual(defined);
  });
});

describe('undo', () => {
  beforeEach(async () => {
    await load(db.sql, [META]);
  });

  test('finds the index under the name it was given since, and warns that upserts will fail', async () => {
    const [rows, defined] = [await contents(db.sql, [META]), await definitions(db.sql)];
    const options = await context();
    await apply(options);
    await db.sql.unsafe(`alter index ${INDEX} rename to "Renamed since"`);

    const dry = await rollback(options, { dryRun: true });
    expect(dry.plan.flatMap(({ steps }) => steps.map(({ title }) => title))).toContain('Drop index Renamed since');
    expect(dry.plan.flatMap(({ notes }) => notes)).toEqual([
      'Upserts with ON CONFLICT (workspace_id, phone_number_id) on meta_assets_cache will fail with 42P10 from then on.',
    ]);

    await undo(options);
    expect(await contents(db.sql, [META])).toEqual(rows);
    expect(await definitions(db.sql)).toEqual(defined);
    await expect(db.sql.unsafe(await upsert(META, 'after'))).rejects.toMatchObject({ code: '42P10' });
  });

  test("does not take somebody's index that has the name by now for the one it built", async () => {
    const options = await context();
    await apply(options);
    await db.sql.unsafe(`alter index ${INDEX} rename to renamed_since`);
    await db.sql.unsafe(`create index ${INDEX} on meta_assets_cache (verified_name)`);
    const dry = await rollback(options, { dryRun: true });
    expect(dry.plan.flatMap(({ steps }) => steps.map(({ title }) => title))).not.toContain(`Drop index ${INDEX}`);
    await undo(options);
    expect(await indexes()).toContain(INDEX);
    expect(await indexes()).not.toContain('renamed_since');
  });

  test('the renamed index counts as the rule: verify is content, migrate does nothing', async () => {
    const options = await context();
    await apply(options);
    await db.sql.unsafe(`alter index ${INDEX} rename to renamed_since`);
    const report = await verify(options, {});
    expect(report.findings).toEqual([]);
    expect(report.checks.find(({ id }) => id.endsWith('/index'))?.detail).toContain('under the name renamed_since');
    expect((await apply(options)).applied).toEqual([]);
  });
});

test('an index of the wanted name that means something else is refused, and nothing is removed', async () => {
  await load(db.sql, [META]);
  await db.sql.unsafe(`create index ${INDEX} on meta_assets_cache (workspace_id)`);
  const before = await physical(db.sql);
  const report = await migrate(await context(), { dryRun: false, allowOutOfOrder: false });
  expect(report).toMatchObject({ verdict: 'findings', applied: [], findings: [{ code: 'MSGDB_INDEX_DIFFERS' }] });
  expect(await physical(db.sql)).toEqual(before);
});

test('an index that somebody is building is not taken for a leftover', async () => {
  await load(db.sql, [META]);
  await db.sql.unsafe(`delete from meta_assets_cache where raw ->> 'copy' <> '1'`);
  const old = await stayInside(db, 'set transaction isolation level repeatable read; select count(*) from workspaces');
  const builder = db.open();
  const build = builder.unsafe(
    `create unique index concurrently ${INDEX} on meta_assets_cache (workspace_id, phone_number_id)`,
  );
  build.catch(() => undefined);
  await expect.poll(() => count(db.sql, BUILDS)).toBe(1);
  await expect.poll(invalid).toEqual([INDEX]);

  const hasty = await context({ settings: { lockWaitMs: 500 } });
  const report = await migrate(hasty, { dryRun: false, allowOutOfOrder: false });
  expect(report).toMatchObject({ exitCode: 4, findings: [{ code: 'MSGDB_RUN_LOCKED' }] });
  await old.leave();
  await build;
  expect((await apply(await context())).applied[0]?.steps).toMatchObject([{ kind: 'accept-index' }]);
});

async function context(overrides: ContextOverrides = {}) {
  return await makeContext(db, { migrationsDir: await migrationsOf([META]), ...overrides });
}

async function invalid(): Promise<readonly string[]> {
  const rows = await db.sql`select indexrelid::regclass::text as name from pg_index where not indisvalid`;
  return rows.map((row) => row.name);
}

async function indexes(): Promise<readonly string[]> {
  const rows =
    await db.sql`select indexrelid::regclass::text as name from pg_index where indrelid = 'meta_assets_cache'::regclass`;
  return rows.map((row) => row.name);
}
