import { type CheckUpsertsOptions, checkUpserts } from '../../../src/commands/check-upserts/check-upserts.ts';
import type { CheckUpsertsReport } from '../../../src/model/report.ts';
import type { UpsertReport } from '../../../src/model/upsert-report.ts';
import { makeProject } from '../../support/cli.ts';
import { makeContext } from '../../support/context.ts';

const NOTHING_MORE: CheckUpsertsOptions = {
  paths: ['.'],
  updateBaseline: false,
  writeMigrations: false,
  withPending: false,
  strict: false,
};

/** Checks these files (path → content) against the database. */
export async function check(
  db: { readonly url: string },
  files: Readonly<Record<string, string>>,
  options: Partial<CheckUpsertsOptions> = {},
): Promise<CheckUpsertsReport> {
  return await checkFolder(db, await makeProject(files), options);
}

export async function checkFolder(
  db: { readonly url: string },
  workingDir: string,
  options: Partial<CheckUpsertsOptions> = {},
): Promise<CheckUpsertsReport> {
  const context = await makeContext(db, {
    workingDir,
    projectDir: workingDir,
    migrationsDir: `${workingDir}/migrations`,
  });
  return await checkUpserts(context, { ...NOTHING_MORE, ...options });
}

/** Checks one statement. */
export async function checkSql(db: { readonly url: string }, sql: string): Promise<UpsertReport> {
  const report = await check(db, { 'a.sql': sql });
  const upserts = report.upserts.filter(({ file }) => file === 'a.sql');
  const [upsert] = upserts;
  if (!upsert || upserts.length > 1) throw new Error(`${upserts.length} upserts found in: ${sql}`);
  return upsert;
}
