import { basename, relative } from 'node:path';
import { readLedger } from '../../../catalog/read-ledger.ts';
import { type Foreseen, foreseeCopies } from '../../../engine/migrations/foresee-copies.ts';
import { readMigration } from '../../../engine/migrations/read-migration.ts';
import { countOf } from '../../../model/count-of.ts';
import { type Finding, finding } from '../../../model/finding.ts';
import type { MigrationFile } from '../../../model/migration.ts';
import type { MigrateReport } from '../../../model/report.ts';
import type { Rewritten } from '../../../model/rewritten.ts';
import { readOnly } from '../../../session/read-only.ts';
import type { Workplace } from '../../../session/workplace.ts';
import type { Context } from '../../context/context.ts';
import { connectToRead } from '../../context/with-database.ts';
import { loadFiles } from '../../project/load-files.ts';
import { resolveRange } from '../../project/resolve-to.ts';
import { conclude } from '../../reports/conclude.ts';
import { makeReport, type Unfinished } from '../../reports/make-report.ts';
import type { MigrateOptions } from '../migrate.ts';
import { readPending } from '../plan-pending.ts';
import { type ReplacedFiles, replaceFiles } from './replace-files.ts';
import { rewriteScript } from './rewrite-script.ts';

interface Replacement extends ReplacedFiles {
  readonly report: Rewritten;
}

/**
 * Writes pending migrations in SQL anew whose statements make something unique that rows break: with a rule in place of
 * each. Nothing is applied. Either all of them can be written, or none is.
 */
export async function rewritePending(context: Context, options: MigrateOptions): Promise<MigrateReport> {
  return await makeReport(context, async (): Promise<Unfinished<MigrateReport>> => {
    const files = await loadFiles(context);
    const range = resolveRange(options, files);
    return await connectToRead(context, 'migrate', async (workplace) => {
      const { pending, later, refusals } = await readPending(workplace, files, range);
      const wanted = files.filter(({ name }) => pending.includes(name));
      const { replacements, findings } =
        refusals.length > 0 ? { replacements: [], findings: refusals } : await planAll(context, workplace, wanted);
      if (findings.length === 0 && !options.dryRun) await replaceFiles(replacements);
      const rewritten = findings.length > 0 ? [] : replacements.map(({ report }) => report);
      return {
        command: 'migrate',
        dryRun: options.dryRun,
        runId: null,
        applied: [],
        pending: [...pending, ...later],
        plan: [],
        rewritten,
        ...conclude({
          findings,
          summary: summarize(rewritten, findings, options.dryRun),
          next: nextOf(rewritten, findings, options.dryRun),
        }),
      };
    });
  });
}

interface Planned {
  readonly replacements: readonly Replacement[];
  readonly findings: readonly Finding[];
}

async function planAll(context: Context, workplace: Workplace, files: readonly MigrationFile[]): Promise<Planned> {
  const { foreseen } = await foreseeCopies(workplace, files);
  const replacements: Replacement[] = [];
  const findings: Finding[] = [];
  for (const file of files) {
    const own = foreseen.filter(({ migration }) => migration === file.name);
    if (own.length === 0) continue;
    const planned = await planOne(context, workplace, file, own);
    if ('code' in planned) findings.push(planned);
    else replacements.push(planned);
  }
  return { replacements, findings };
}

async function planOne(
  { projectDir }: Context,
  workplace: Workplace,
  file: MigrationFile,
  foreseen: readonly Foreseen[],
): Promise<Replacement | Finding> {
  if (await hasBegun(workplace, file.name)) {
    return refused(file, {
      obstacle: 'a part of it has run already',
      fix: `Undo that first with \`msgdb rollback\`, or ${startLower(foreseen[0]?.refusal.fix ?? '')}`,
    });
  }
  const content = (await readMigration(file.path)).replace(/^\uFEFF/, '');
  const written = await rewriteScript(file, foreseen, content);
  if ('obstacle' in written) return refused(file, written);
  const to = file.path.replace(/\.sql$/, '.ts');
  const from = pathsOf(file);
  const shown = (path: string): string => relative(projectDir, path);
  const report = { migration: file.name, removed: from.map(shown), written: shown(to), ...written };
  return { from, to, text: written.text, report };
}

/** What it did is in the ledger by the places of its operations, which would be others. */
async function hasBegun(workplace: Workplace, migration: string): Promise<boolean> {
  return (await readOnly(workplace, async (db) => readLedger(db, { migration }))).length > 0;
}

function pathsOf({ path, migration: { up } }: MigrationFile): readonly string[] {
  const [operation] = up;
  const files = operation?.kind === 'sql' ? operation.files : undefined;
  const own = operation?.kind === 'sql' && operation.down !== undefined ? files?.down : undefined;
  return own === undefined || own === path ? [path] : [path, own];
}

function refused({ name, path }: MigrationFile, why: { readonly obstacle: string; readonly fix: string }): Finding {
  return finding('MSGDB_REFUSED', `${basename(path)} is not rewritten: ${why.obstacle}.`, {
    migration: name,
    fix: why.fix,
    data: { file: path },
  });
}

function startLower(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function summarize(rewritten: readonly Rewritten[], findings: readonly Finding[], dryRun: boolean): string {
  if (findings.length > 0) return 'nothing was written';
  if (rewritten.length === 0) return 'nothing to rewrite: no copies are known to stand in the way of pending SQL';
  const what = `${countOf(rewritten.length, 'migration')} ${dryRun ? 'would be ' : ''}rewritten`;
  return `${what}; nothing was ${dryRun ? 'written' : 'applied'}`;
}

function nextOf(rewritten: readonly Rewritten[], findings: readonly Finding[], dryRun: boolean): string | undefined {
  if (findings.length > 0 || rewritten.length === 0) return undefined;
  return dryRun ? 'msgdb migrate --rewrite' : 'msgdb migrate --dry-run';
}
