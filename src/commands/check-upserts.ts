import { resolve } from 'node:path';
import { readFunctions } from '../catalog/read-functions.ts';
import { readGenerated } from '../catalog/read-generated.ts';
import { readRelations } from '../catalog/read-relations.ts';
import { readTable } from '../catalog/read-table.ts';
import { lookOnly } from '../engine/run/look-only.ts';
import type { Workplace } from '../engine/run/workplace.ts';
import type { TableName } from '../model/facts.ts';
import type { CheckUpsertsReport, UpsertReport } from '../model/report.ts';
import type { Queryable } from '../model/statement.ts';
import { findInFunctions } from '../upserts/find-in-functions.ts';
import { findUpserts } from '../upserts/find-upserts.ts';
import { judgeAll } from '../upserts/judge/judge-all.ts';
import type { JudgedUpsert } from '../upserts/judge/judged-upsert.ts';
import type { UpsertFacts } from '../upserts/judge/upsert-facts.ts';
import type { Upsert } from '../upserts/upsert.ts';
import { readBaseline, writeBaseline } from './check-upserts-baseline.ts';
import { findingsOf, reportOf } from './check-upserts-findings.ts';
import { writeMissingRules } from './check-upserts-migrations.ts';
import type { Context } from './context.ts';
import { countOf } from './count-of.ts';
import { reportCommon } from './report-common.ts';
import { lookAt } from './with-database.ts';

export interface CheckUpsertsOptions {
  /** Files and folders, from the working directory; the configuration's `sources` when there are none. */
  readonly paths: readonly string[];
  /** A file of findings that are known and not told again. */
  readonly baseline?: string | undefined;
  /** Write the present findings to the baseline instead. */
  readonly updateBaseline: boolean;
  /** Write a migration for each rule that is missing. */
  readonly writeMigrations: boolean;
}

/** Finds every upsert in the application's source and proves each against the database. Nothing is written to it. */
export async function checkUpserts(context: Context, options: CheckUpsertsOptions): Promise<CheckUpsertsReport> {
  const started = performance.now();
  context.emit({ kind: 'step-started', title: 'reading the source' });
  const found = await findUpserts({
    root: context.workingDir,
    paths: pathsOf(context, options),
    signal: context.signal,
  });
  const judged = await lookAt(context, 'check-upserts', async (workplace) => {
    context.emit({
      kind: 'step-started',
      title: `asking the planner about ${countOf(found.upserts.length, 'upsert')}`,
    });
    return await judgeWith(workplace, found.upserts);
  });
  const { known, created } = await settleBaseline(context, options, judged);
  const upserts = judged.map((each) => reportOf(each, known));
  const findings = judged.flatMap((each) => findingsOf(each, known));
  const migrations = options.writeMigrations ? await writeMissingRules(context, judged) : [];
  return {
    command: 'check-upserts',
    files: found.files,
    upserts,
    skipped: found.skipped,
    created: [...created, ...migrations],
    ...reportCommon(context, started, {
      findings,
      summary: summarize(upserts, found.files),
      next: migrations.length > 0 ? 'msgdb migrate --dry-run' : undefined,
    }),
  };
}

function pathsOf({ sources, projectDir }: Context, { paths }: CheckUpsertsOptions): readonly string[] {
  if (paths.length > 0) return paths;
  return sources.length > 0 ? sources : [projectDir];
}

/** The catalogue is read in one transaction; each probe has its own. */
export async function judgeWith(workplace: Workplace, upserts: readonly Upsert[]): Promise<readonly JudgedUpsert[]> {
  const { relations, functions } = await lookOnly(workplace, async (db) => ({
    relations: await readRelations(db),
    functions: await readFunctions(db),
  }));
  return await judgeAll([...upserts, ...(await findInFunctions(functions))], {
    relations,
    readTable: async (table) => readWithGenerated(workplace.session, table),
    session: workplace.session,
    versionNumber: workplace.server.versionNumber,
    lockTimeoutMs: workplace.settings.lockTimeoutMs,
  });
}

async function readWithGenerated(db: Queryable, name: TableName): Promise<UpsertFacts> {
  const table = await readTable(db, name);
  return { ...table, generated: await readGenerated(db, table.oid) };
}

async function settleBaseline(
  { workingDir }: Context,
  { baseline, updateBaseline }: CheckUpsertsOptions,
  judged: readonly JudgedUpsert[],
): Promise<{ readonly known: ReadonlySet<string>; readonly created: readonly string[] }> {
  if (baseline === undefined) return { known: new Set(), created: [] };
  const path = resolve(workingDir, baseline);
  if (updateBaseline) return { known: await writeBaseline(path, judged), created: [baseline] };
  return { known: await readBaseline(path), created: [] };
}

function summarize(upserts: readonly UpsertReport[], files: number): string {
  const told = upserts.filter(({ ignored }) => ignored === null);
  const count = (status: UpsertReport['status']): number => told.filter((each) => each.status === status).length;
  const ignored = upserts.length - told.length;
  const parts = [
    `${countOf(upserts.length, 'upsert')} in ${countOf(files, 'file')}`,
    count('error') > 0 ? countOf(count('error'), 'error') : '',
    count('warning') > 0 ? countOf(count('warning'), 'warning') : '',
    count('unresolved') > 0 ? `${count('unresolved')} unresolved` : '',
    ignored > 0 ? `${ignored} ignored` : '',
  ].filter((part) => part !== '');
  return upserts.length > 0 && parts.length === 1 ? `${parts[0]}, all of them proven` : parts.join(', ');
}
