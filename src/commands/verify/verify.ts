import { type HistoryRow, isHalfUndone, readHistory } from '../../catalog/read-history.ts';
import { raceUpserts } from '../../engine/race/race-upserts.ts';
import { checkOperation } from '../../inspect/verify/check-operation.ts';
import type { Verdict } from '../../inspect/verify/verdict.ts';
import { CODES, type ErrorCode } from '../../model/codes.ts';
import { countOf } from '../../model/count-of.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Check, VerifyReport } from '../../model/report.ts';
import type { Library, UpsertAdvice } from '../../model/upsert-report.ts';
import { currentOperations } from '../../plan/current-operations.ts';
import { orderMigrations } from '../../plan/order-migrations.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { belongsToTarget, loadFiles, refuseOtherSchema } from '../project/load-files.ts';
import { nextBeside } from '../project/name-other-runner.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { summarizeChecks } from '../reports/summarize-checks.ts';

export interface VerifyOptions {
  /** Check this rule only, instead of those of the migrations. */
  readonly rule?: UniqueKey | undefined;
  /** Trust no index: read the tables themselves, and compare the indexes with them. */
  readonly heap?: boolean;
  /** Let this number of sessions upsert one key of each rule at the same time, in a scratch schema. */
  readonly race?: number | undefined;
}

/** What is to be checked, and under which id. */
interface Subject {
  readonly operation: Operation;
  readonly migration: string | null;
  readonly id: string;
}

/** Checks by looking, never by trusting the history, that everything the migrations declare is true. */
export async function verify(context: Context, options: VerifyOptions): Promise<VerifyReport> {
  return await makeReport(context, async () => {
    if (options.rule) refuseOtherSchema(context, options.rule);
    const files = options.rule ? [] : await loadFiles(context);
    const subjects: readonly Subject[] = options.rule
      ? [{ operation: options.rule, migration: null, id: 'rule' }]
      : currentOperations(files)
          .filter(({ operation }) => belongsToTarget(context, operation))
          .map(({ operation, file, place }) => ({ operation, migration: file.name, id: `${file.name}/${place}` }));
    const beside = subjects.length === 0 ? await nextBeside(context) : undefined;
    return await connectToRead(context, 'verify', async (workplace) => {
      const hasHistory = options.rule === undefined && context.targetSchema === undefined;
      const history = hasHistory ? await readOnly(workplace, readHistory) : [];
      const { pending, refusals } = orderMigrations(hasHistory ? files : [], history, {
        to: undefined,
        allowOutOfOrder: true,
      });
      const judged: { readonly subject: Subject; readonly verdict: Verdict }[] = [];
      for (const subject of subjects) {
        const verdicts = await checkOperation(workplace, subject.operation, { heap: options.heap === true });
        judged.push(...verdicts.map((verdict) => ({ subject, verdict })));
        const served = verdicts.some(({ upsert }) => upsert !== undefined);
        if (options.race === undefined || subject.operation.kind !== 'unique-key' || !served) continue;
        judged.push({ subject, verdict: await raceUpserts(workplace, subject.operation, options.race) });
      }
      const results = [
        ...pending.map((name) => pendingResult(name, history)),
        ...judged.map(({ subject, verdict }) => ({ check: checkOf(subject, verdict), fix: verdict.fix })),
      ];
      const checks = results.map(({ check }) => check);
      const findings = [...refusals, ...results.flatMap(({ check, fix }) => findingOf(check, fix, options.rule))];
      return {
        command: 'verify' as const,
        checks,
        upserts: judged.flatMap(({ verdict }) => (verdict.upsert ? [adviceFor(verdict.upsert, context.orms)] : [])),
        ...conclude({
          findings,
          summary: summarize(checks, refusals, { files: files.length, directory: context.migrationsDir }),
          next: nextCommand(options, history, pending, findings) ?? beside,
        }),
      };
    });
  });
}

/** Said plainly: a gate that looks into the wrong folder must not seem to have looked. */
function summarize(
  checks: readonly Check[],
  refusals: readonly Finding[],
  { files, directory }: { readonly files: number; readonly directory: string },
): string {
  if (files === 0 && refusals.length > 0)
    return `${countOf(refusals.length, 'applied migration is', 'applied migrations are')} missing in ${directory}`;
  const differ = countOf(refusals.length, 'migration differs from the history', 'migrations differ from the history');
  if (checks.length > 0) {
    const summary = summarizeChecks(checks, (passed) => (passed === 1 ? 'passed' : 'all passed'));
    return refusals.length > 0 ? `${summary}; ${differ}` : summary;
  }
  if (refusals.length > 0) return differ;
  return files === 0
    ? `nothing was checked: there are no migrations in ${directory}`
    : 'nothing was checked: the migrations declare nothing that can be';
}

/** SQL always, and the libraries that the configuration names. */
function adviceFor(advice: UpsertAdvice, orms: readonly Library[]): UpsertAdvice {
  return { ...advice, spellings: advice.spellings.filter(({ via }) => via === 'sql' || orms.includes(via)) };
}

function pendingResult(
  name: string,
  history: readonly HistoryRow[],
): { readonly check: Check; readonly fix: string | undefined } {
  if (!history.some((row) => row.name === name && isHalfUndone(row))) {
    return { check: pendingCheck(name, 'it has not been applied'), fix: undefined };
  }
  const fix = 'Run `msgdb rollback`: it undoes what is left; or apply it again with `msgdb migrate`.';
  return { check: pendingCheck(name, 'its rollback has not finished: a part of it may be undone'), fix };
}

function pendingCheck(name: string, detail: string): Check {
  return {
    id: `${name}/pending`,
    code: 'MSGDB_MIGRATION_PENDING',
    table: null,
    migration: name,
    status: 'failed',
    title: 'migration applied',
    detail,
  };
}

function checkOf({ id, migration }: Subject, verdict: Verdict): Check {
  const { name, upsert: _, fix: __, ...rest } = verdict;
  return { id: `${id}/${name}`, migration, ...rest };
}

const DECLARE = 'declare the rule with `msgdb new NAME`, then run `msgdb migrate`';

/** For a rule of a migration: its target is right, and the index is what is missing. */
const FIX_WITH_MIGRATION: Partial<Record<ErrorCode, string>> = {
  MSGDB_ARBITER_MISSING: 'Build the index with `msgdb migrate`.',
};

/** For a rule of the flags `msgdb migrate` has nothing to do: no migration declares it. */
const FIX_WITHOUT_MIGRATION: Partial<Record<ErrorCode, string>> = {
  MSGDB_INDEX_MISSING: `To have it built, ${DECLARE}.`,
  MSGDB_INDEX_INVALID: `Drop it (DROP INDEX CONCURRENTLY); or ${DECLARE}, which drops it and builds it again.`,
  MSGDB_ARBITER_MISSING: `To have the index built, ${DECLARE}.`,
  MSGDB_DUPLICATES_FOUND: `Look with \`msgdb find-duplicates\` and the same flags; to make the rule last, ${DECLARE}.`,
};

function findingOf(check: Check, fix: string | undefined, rule: UniqueKey | undefined): readonly Finding[] {
  if (check.status !== 'failed' || check.code === null) return [];
  const general = (rule === undefined ? FIX_WITH_MIGRATION : FIX_WITHOUT_MIGRATION)[check.code];
  return [
    finding(check.code, `${check.title}: ${check.detail}.`, {
      fix: fix ?? general ?? CODES[check.code].fix,
      ...(check.table === null ? {} : { table: check.table }),
      ...(check.migration === null ? {} : { migration: check.migration }),
    }),
  ];
}

function nextCommand(
  options: VerifyOptions,
  history: readonly HistoryRow[],
  pending: readonly string[],
  findings: readonly Finding[],
): string | undefined {
  if (history.some(isHalfUndone)) return 'msgdb rollback';
  if (pending.length > 0) return 'msgdb migrate --dry-run';
  if (!findings.some(({ code }) => code === 'MSGDB_DUPLICATES_FOUND')) return undefined;
  return options.rule ? 'msgdb find-duplicates with the same flags' : 'msgdb find-duplicates';
}
