import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readFunctions } from '../../catalog/read-functions.ts';
import { readDefaults, readGenerated, readUnset } from '../../catalog/read-generated.ts';
import { readRelations } from '../../catalog/read-relations.ts';
import { readTable } from '../../catalog/read-table.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import type { CheckUpsertsReport } from '../../model/report.ts';
import type { Queryable } from '../../model/statement.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { findInFunctions } from '../../upserts/find-in-functions.ts';
import { findInText } from '../../upserts/find-in-text.ts';
import { type FoundUpserts, findUpserts } from '../../upserts/find-upserts.ts';
import { type JudgeContext, judgeAll } from '../../upserts/judge/judge-all.ts';
import type { JudgedUpsert } from '../../upserts/judge/judged-upsert.ts';
import { nullFactsOf } from '../../upserts/judge/null-facts.ts';
import type { UpsertFacts } from '../../upserts/judge/upsert-facts.ts';
import type { Upsert } from '../../upserts/upsert.ts';
import type { Context } from '../context/context.ts';
import { connectToRead, databaseLabel } from '../context/with-database.ts';
import { migrate } from '../migrate/migrate.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { type Blueprint, parseDump, readBlueprint } from '../shadow/blueprint.ts';
import { withShadow } from '../shadow/shadow.ts';
import { readBaseline, writeBaseline } from './baseline.ts';
import { countUpserts, summarizeUpserts } from './count-upserts.ts';
import { changeOf, findingsOf, reportOf } from './findings.ts';
import { refuseEmpty, refuseIncomplete, refuseUnread, refuseUnresolved } from './strict.ts';
import { writeMissingRules } from './write-missing-rules.ts';

export interface CheckUpsertsOptions {
  /** One SQL text in place of files, and of the functions of the database. */
  readonly sql?: string | undefined;
  /** Files and folders, from the working directory; the configuration's `sources` when there are none. */
  readonly paths: readonly string[];
  /** A file of known findings, which are not reported again. */
  readonly baseline?: string | undefined;
  /** Write the present findings to the baseline instead. */
  readonly updateBaseline: boolean;
  /** Write a migration for each rule that is missing. */
  readonly writeMigrations: boolean;
  /** Judge by the schema in this file instead of a database. */
  readonly schemaFile?: string | undefined;
  /** Judge by what the schema will be once the pending migrations are applied. */
  readonly withPending: boolean;
  /** Is what could not be resolved or read a finding? */
  readonly strict: boolean;
}

/** Finds every upsert in the application's source and proves each against the database. Nothing is written to it. */
export async function checkUpserts(context: Context, options: CheckUpsertsOptions): Promise<CheckUpsertsReport> {
  return await makeReport(context, async () => {
    context.emit({ kind: 'step-started', title: 'reading the source' });
    const found = await find(context, options);
    context.emit({ kind: 'step-started', title: `checking ${countOf(found.upserts.length, 'upsert')}` });
    const outcome = await judge(context, options, found.upserts);
    const judged = options.strict ? outcome.judged.map(refuseUnresolved) : outcome.judged;
    const { known, created } = await settleBaseline(context, options, judged);
    const upserts = judged.map((each, place) => ({
      ...reportOf(each, known),
      change: changeOf(outcome.before?.[place], each),
    }));
    const findings = [
      ...judged.flatMap((each) => findingsOf(each, known)),
      ...(options.strict
        ? [
            ...found.empty.map(refuseEmpty),
            ...found.skipped.map(refuseUnread),
            ...outcome.failures.map(refuseIncomplete),
          ]
        : []),
    ];
    const counts = countUpserts(upserts, found.skipped);
    const migrations = options.writeMigrations ? await writeMissingRules(context, judged) : [];
    return {
      command: 'check-upserts',
      files: found.files,
      upserts,
      counts,
      skipped: [...found.skipped, ...outcome.failures],
      passedOver: found.passedOver,
      created: [...created, ...migrations],
      ...(outcome.database === undefined ? {} : { database: outcome.database }),
      ...conclude({
        findings,
        summary: summarizeUpserts(counts, {
          ...found,
          passedOver: found.passedOver.length,
          failures: outcome.failures.length,
        }),
        next: migrations.length > 0 ? 'msgdb migrate --dry-run' : undefined,
      }),
    };
  });
}

async function find(context: Context, options: CheckUpsertsOptions): Promise<FoundUpserts> {
  if (options.sql !== undefined) return await findInText(options.sql);
  return await findUpserts({ ...whereToLook(context, options), signal: context.signal });
}

interface Outcome {
  /** Where it was judged, if not in the database itself: a shadow of it. */
  readonly database?: string;
  readonly judged: readonly JudgedUpsert[];
  /** The same upserts before the pending migrations. */
  readonly before?: readonly JudgedUpsert[];
  /** What of the schema could not be made. */
  readonly failures: readonly { readonly file: string; readonly reason: string }[];
}

async function judge(context: Context, options: CheckUpsertsOptions, upserts: readonly Upsert[]): Promise<Outcome> {
  if (options.schemaFile === undefined && !options.withPending) {
    const judged = await connectToRead(context, 'check-upserts', async (workplace) =>
      judgeWith(workplace, upserts, options, 'original'),
    );
    return { judged, failures: [] };
  }
  const blueprint = await blueprintOf(context, options);
  return await withShadow(context, blueprint, async (shadow) => {
    const judgeShadow = async () =>
      connectToRead(shadow.context, 'check-upserts', async (workplace) =>
        judgeWith(workplace, upserts, options, 'copy'),
      );
    const before = await judgeShadow();
    const failures = shadow.failures.map((reason) => ({ file: options.schemaFile ?? 'schema', reason }));
    if (!options.withPending) return { database: blueprint.label, judged: before, failures };
    await applyPending(shadow.context);
    return { database: blueprint.label, judged: await judgeShadow(), before, failures };
  });
}

async function blueprintOf(context: Context, { schemaFile }: CheckUpsertsOptions): Promise<Blueprint> {
  if (schemaFile !== undefined) {
    const path = resolve(context.workingDir, schemaFile);
    return await parseDump(await readText(path), schemaFile);
  }
  return await connectToRead(context, 'check-upserts', async (workplace) =>
    readBlueprint(workplace, databaseLabel(context) ?? 'database'),
  );
}

async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `The schema file ${path} cannot be read.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Name the file that pg_dump --schema-only has written.',
    });
  });
}

/** The tables are empty, so only what is declared matters; what is refused there would be refused everywhere. */
async function applyPending(context: Context): Promise<void> {
  const report = await migrate({ ...context, emit: () => undefined }, { dryRun: false, allowOutOfOrder: true });
  const [first] = report.findings;
  if (report.verdict === 'ok' || !first) return;
  throw new MsgdbError('MSGDB_MIGRATION_FAILED', {
    what: `The pending migrations cannot be applied to a copy of the schema: ${first.message}`,
    fix:
      first.code === 'MSGDB_PERMISSION_DENIED'
        ? 'The copy runs nothing as superuser: check without --with-pending, or once the migration is applied.'
        : first.fix,
  });
}

/** A person may name any path; what the configuration names is of its own project. */
function whereToLook({ sources, projectDir, workingDir }: Context, { paths }: CheckUpsertsOptions) {
  if (paths.length > 0) return { root: workingDir, paths };
  return { root: projectDir, paths: sources.length > 0 ? sources : [projectDir], within: projectDir };
}

/** The catalogue is read in one transaction; each probe has its own. */
async function judgeWith(
  workplace: Workplace,
  upserts: readonly Upsert[],
  { sql }: CheckUpsertsOptions,
  schema: JudgeContext['schema'],
): Promise<readonly JudgedUpsert[]> {
  const { relations, functions } = await readOnly(workplace, async (db) => ({
    relations: await readRelations(db),
    functions: await readFunctions(db),
  }));
  const inFunctions = sql === undefined ? await findInFunctions(functions) : [];
  return await judgeAll([...upserts, ...inFunctions], {
    relations,
    readTable: async (table) => readWithGenerated(workplace.session, table, workplace.settings.schema),
    session: workplace.session,
    lockTimeoutMs: workplace.settings.lockTimeoutMs,
    schema,
  });
}

async function readWithGenerated(db: Queryable, name: TableName, defaultSchema: string): Promise<UpsertFacts> {
  const table = await readTable(db, name);
  return {
    ...table,
    defaultSchema,
    ...(await nullFactsOf(table, await readDefaults(db, table.oid))),
    generated: await readGenerated(db, table.oid),
    unset: await readUnset(db, table.oid),
  };
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
