import type { HistoryRow } from '../../catalog/read-history.ts';
import { gatherFacts } from '../../inspect/facts/gather-facts.ts';
import { hasContent } from '../../model/checksum.ts';
import { concernsOneRule } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { IndexOperation } from '../../model/operations/index-operation.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import { startTimer } from '../../model/start-timer.ts';
import { currentOperations, type PlacedOperation } from '../../plan/current-operations.ts';
import { plannedBy } from '../../plan/plan-operation.ts';
import { resolveIndex, unresolved } from '../../resolve/resolve-operation.ts';
import { resolveRule } from '../../resolve/resolve-rule.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import { type Applied, StepRunner } from './apply-migration.ts';
import { applyOperation } from './apply-operation.ts';
import { planWhenBuilt } from './plan-when-built.ts';

/** An operation of an applied migration whose index is not there any more, or not valid. */
export interface LostIndex extends PlacedOperation {
  readonly operation: UniqueKey | IndexOperation;
  readonly index: string;
}

/**
 * What the history says is applied, and the catalogue says is not: indexes that were dropped by hand, or left invalid.
 * Only the catalogue is read. One that SQL of the migrations names is that SQL's to decide about.
 */
export async function findLost(
  workplace: Workplace,
  files: readonly MigrationFile[],
  history: readonly HistoryRow[],
): Promise<readonly LostIndex[]> {
  const done = history.filter(({ state }) => state === 'done');
  const current = currentOperations(files).filter(({ file }) =>
    done.some(({ name, checksum }) => name === file.name && hasContent(file, checksum)),
  );
  const lost: LostIndex[] = [];
  for (const placed of current) {
    const { operation } = placed;
    if (operation.kind !== 'unique-key' && operation.kind !== 'index') continue;
    const index = await missingIndex(workplace, operation);
    if (index === undefined || isNamedBySql(files, placed, index)) continue;
    lost.push({ ...placed, operation, index });
  }
  return lost;
}

/** In a transaction of its own: an expression that is wrong by now ends it. */
async function missingIndex(workplace: Workplace, operation: UniqueKey | IndexOperation): Promise<string | undefined> {
  const { server, settings } = workplace;
  try {
    const facts = await readOnly(workplace, async (db) => gatherFacts(db, server, operation, settings.schema));
    const resolved = operation.kind === 'index' ? resolveIndex(operation, facts) : resolveRule(operation, facts);
    if (unresolved(resolved).length > 0) return undefined;
    const { build, judgement } = resolved;
    const { serving, building, deferrable, impostor } = judgement;
    return serving || building || deferrable || impostor ? undefined : build.name;
  } catch (error) {
    // A table or column that went since is reported by verify: building cannot mend it.
    if (error instanceof MsgdbError && concernsOneRule(error.code)) return undefined;
    throw error;
  }
}

function isNamedBySql(files: readonly MigrationFile[], { file, place }: PlacedOperation, index: string): boolean {
  const names = (operation: Operation): boolean => operation.kind === 'sql' && operation.up.includes(index);
  return files.some((each) =>
    each.name === file.name
      ? each.migration.up.some((operation, at) => at > place && names(operation))
      : each.name > file.name && each.migration.up.some(names),
  );
}

/** What building a lost index again has come to: the history has its migration as applied already. */
export type Rebuilt = Omit<Applied, 'ended'>;

/** Makes one operation of an applied migration true again, planned from the database as it is; undone with the rest. */
export async function rebuildLost(run: Run, { operation, file, place, index }: LostIndex): Promise<Rebuilt> {
  const elapsed = startTimer();
  run.emit({ kind: 'section', title: `${file.name}: index ${index} is missing` });
  const plan = await planWhenBuilt(run, operation, plannedBy(file.migration.up));
  const work = new StepRunner(run, file.name, file.name);
  if (plan.refusals.length === 0) await run.record.open(run);
  await work.do(plan, place);
  await work.refreshStatistics();
  await work.readBack([applyOperation(operation, plannedBy(file.migration.up))]);
  const report = work.report(file, elapsed());
  return {
    report: { ...report, summary: `index ${index} was missing` },
    outcomes: work.outcomes,
    findings: work.findings,
  };
}
