import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import type { Operation } from '../../../src/model/operations/index.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { MigrateReport, RollbackReport, VerifyReport } from '../../../src/model/report.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import type { TestDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';

export const STRATEGIES = ['locked', 'online'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The cases with a strategy each: the two take turns, and those that `both` chooses have both. */
export function takeTurns<Case>(
  cases: readonly Case[],
  both: (each: Case) => boolean = () => false,
): readonly (Case & { readonly strategy: Strategy })[] {
  return cases.flatMap((each, place) =>
    STRATEGIES.filter((_, turn) => both(each) || turn === place % 2).map((strategy) => ({ ...each, strategy })),
  );
}

/** A folder with one migration, and the commands a person would run on it. */
export interface Project {
  readonly context: Context;
  migrate(): Promise<MigrateReport>;
  rollback(): Promise<RollbackReport>;
  verify(): Promise<VerifyReport>;
}

/** Makes a project whose one migration has these operations. */
export async function makeProjectOf(
  db: Pick<TestDatabase, 'url'>,
  up: readonly Operation[],
  overrides: ContextOverrides = {},
): Promise<Project> {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-engine-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  const file = `export default ${JSON.stringify({ summary: 'the test', up })};\n`;
  await writeFile(join(migrationsDir, '0001-the-test.mjs'), file);
  const context = await makeContext(db, { migrationsDir, ...overrides });
  return {
    context,
    migrate: () => migrate(context, { dryRun: false, allowOutOfOrder: false }),
    rollback: () => rollback(context, { dryRun: false }),
    verify: () => verify(context, {}),
  };
}

/** A project of one rule, for one strategy. */
export async function makeRule(
  db: Pick<TestDatabase, 'url'>,
  rule: UniqueKeyOptions,
  settings: Partial<Context['settings']> = {},
): Promise<Project> {
  return await makeProjectOf(db, [uniqueKey({ limit: { share: 1 }, ...rule })], { settings });
}

/** An empty schema public, no other schema of a user's, and nothing of msgdb's. */
export async function cleanDatabase(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    do $$
    declare each name;
    begin
      for each in select pubname from pg_publication loop execute format('drop publication %I', each); end loop;
      for each in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
      loop execute format('drop schema %I cascade', each); end loop;
    end $$;
    create schema public`);
}

/** Exact images of all rows of all tables outside msgdb: the bytes PostgreSQL would send, in a stable order. */
export async function readImages(sql: postgres.Sql): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await sql.unsafe<{ name: string }[]>(`
    select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace
     where relkind = 'r' and nspname !~ '^pg_' and nspname not in ('information_schema', 'msgdb') order by 1`);
  const images: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const rows = await sql.unsafe<{ image: string }[]>(`
      select x::text || ' ' || md5(record_send(x)) as image from only ${name} as x order by 1`);
    images[name] = rows.map((row) => row.image);
  }
  return images;
}

/** Fails with the findings when a command did not end well. */
export function expectOk(report: MigrateReport | RollbackReport | VerifyReport): void {
  const told = report.findings.map(({ code, message, data }) => ({ code, message, why: data?.why }));
  expect({ verdict: report.verdict, findings: told }).toEqual({ verdict: 'ok', findings: [] });
}

/** No work table, no invalid index, no trigger or function of msgdb's. */
export async function expectNoDebris(sql: postgres.Sql): Promise<void> {
  const debris = await sql.unsafe(`
    select 'work table ' || relname as left_over from pg_class
     where relnamespace = to_regnamespace('msgdb') and relname like 'work\\_%'
    union all
    select 'invalid index ' || indexrelid::regclass from pg_index where not (indisvalid and indisready and indislive)
    union all
    select 'trigger ' || tgname from pg_trigger where not tgisinternal and tgname like '%msgdb%'
    union all
    select 'function ' || proname from pg_proc where pronamespace = to_regnamespace('msgdb')
    union all
    select 'index ' || relname from pg_class where relkind in ('i', 'I') and relname ~ '^msgdb_(support|second|first|reference)_'`);
  expect(debris.map((row) => row.left_over)).toEqual([]);
}

/** Runs a migrate that must change nothing: the same database, byte for byte. */
export async function expectSecondRunDoesNothing(sql: postgres.Sql, project: Project): Promise<void> {
  const before = await fingerprint(sql, { physical: true });
  const again = await project.migrate();
  expectOk(again);
  expect(again.applied).toEqual([]);
  expect(await fingerprint(sql, { physical: true })).toEqual(before);
}

/** Undoes everything; every table must be as it was before, to the byte, and nothing may be left waiting. */
export async function expectExactUndo(
  sql: postgres.Sql,
  project: Project,
  before: Awaited<ReturnType<typeof readImages>>,
): Promise<void> {
  const report = await project.rollback();
  expectOk(report);
  expect(report.notRestoredRows).toBe(0);
  expect(await readImages(sql)).toEqual(before);
  await expectNoDebris(sql);
}

/** A column of a query, as text. */
export async function column(sql: postgres.Sql, query: string): Promise<readonly (string | null)[]> {
  const rows = await sql.unsafe(query).values();
  return rows.map(([value]) => (value === null || value === undefined ? null : String(value)));
}
