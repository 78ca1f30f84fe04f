import { countRows } from '../../inspect/count-rows.ts';
import { findUnreadable } from '../../inspect/find-unreadable.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import { addOutcomes, type Outcome } from '../../model/outcome.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { AppliedMigration, StepReport } from '../../model/plan-report.ts';
import type { Planned } from '../../model/plan-settings.ts';
import { startTimer } from '../../model/start-timer.ts';
import { tableLabel } from '../../model/table-label.ts';
import { orderOperations, plannedBy } from '../../plan/plan-operation.ts';
import { waitForBlockers } from '../../session/wait-for-blockers.ts';
import type { Run } from '../../session/workplace.ts';
import { findOverwritten } from '../dedupe/find-overwritten.ts';
import { type Change, doSteps } from '../pipeline.ts';
import { findHindrances } from '../run/may-write.ts';
import { hasRun } from '../run/read-progress.ts';
import { applyOperation } from './apply-operation.ts';
import { failMigration } from './fail-migration.ts';
import { type Foreseen, foreseeCopies } from './foresee-copies.ts';
import type { Ended } from './history-storage.ts';
import { type Keeper, noteState } from './note-state.ts';
import { planWhenBuilt } from './plan-when-built.ts';
import { keepStatistics, refreshStatistics, type Worked } from './refresh-statistics.ts';

/** A migration that was done, and what came of its steps. */
export interface Applied {
  readonly report: AppliedMigration;
  readonly outcomes: readonly Outcome[];
  /** What a person should know though it was done. */
  readonly findings: readonly Finding[];
  /** For the history: whoever keeps it records that the migration is over. */
  readonly ended: Ended;
}

/** How a migration is applied. */
export interface ApplyOptions {
  readonly keeper?: Keeper;
  /** What its SQL makes unique was looked at already, with the migrations before it. */
  readonly looked?: boolean;
}

/**
 * Applies one migration: plans each operation from the database as it is by then, does the plan, and reads the result
 * back. Every operation finds what an earlier, interrupted attempt has done, so it is simply done again.
 * @throws MsgdbError MSGDB_REFUSED before anything is changed; MSGDB_MIGRATION_FAILED with what was done recorded.
 */
export async function applyMigration(
  run: Run,
  file: MigrationFile,
  { keeper = 'msgdb', looked = false }: ApplyOptions = {},
): Promise<Applied> {
  const elapsed = startTimer();
  const operations = orderOperations(file.migration.up);
  const planned = plannedBy(file.migration.up);
  run.emit({ kind: 'section', title: file.name });
  const ahead = await planAhead(run, file, { planned, looked });
  await run.record.open(run);
  const state = { name: file.name, checksum: file.checksum, runId: run.id };
  await noteState(run, keeper, { ...state, state: 'running' });
  const work = new StepRunner(run, file.name, file.name);
  try {
    for (const { operation, place } of operations) {
      if (
        operation.kind === 'sql' &&
        (await hasRun(run.session, { migration: file.name, operation: place }, operation.up))
      )
        continue;
      // A plan made ahead is good until something has been changed.
      const plan = work.outcomes.length === 0 ? ahead.get(operation) : undefined;
      await work.do(plan ?? (await planWhenBuilt(run, operation, planned)), place);
    }
    await work.refreshStatistics();
    await work.readBack(operations.map(({ operation }) => applyOperation(operation, planned)));
    const durationMs = elapsed();
    const { outcomes, findings } = work;
    return { report: work.report(file, durationMs), outcomes, findings, ended: { ...state, durationMs } };
  } catch (error) {
    const told = error instanceof MsgdbError ? error.with({ data: { warnings: await work.warnOf(error) } }) : error;
    throw await failMigration(run, { ...state, state: 'failed' }, told, { way: 'apply', keeper });
  }
}

/** The same, with the migration's name in every error. */
export async function applyNamed(run: Run, file: MigrationFile, options: ApplyOptions = {}): Promise<Applied> {
  try {
    return await applyMigration(run, file, options);
  } catch (error) {
    throw error instanceof MsgdbError ? error.with({ data: { migration: file.name } }) : error;
  }
}

/** Refuses before the first change what can be foreseen; SQL of the user's own changes what is seen. */
async function planAhead(
  run: Run,
  file: MigrationFile,
  { planned, looked }: { readonly planned: Planned; readonly looked: boolean },
): Promise<ReadonlyMap<Operation, Plan>> {
  const plans = new Map<Operation, Plan>();
  for (const { operation } of orderOperations(file.migration.up)) {
    if (operation.kind === 'sql') break;
    plans.set(operation, await planWhenBuilt(run, operation, planned));
  }
  const refusals = [
    ...[...plans.values()].flatMap((plan) => plan.refusals),
    ...(await findUnreadableSql(run, file)),
    ...(await findHindrances(run)),
  ];
  if (refusals.length === 0 && !looked) refusals.push(...(await foreseeCopies(run, [file])).foreseen.map(refusalOf));
  if (refusals.length > 0) throw refusedBy(file.name, refusals);
  return plans;
}

function refusalOf({ refusal }: Foreseen): Finding {
  return refusal;
}

/** What runs later, and its undo, is read before the first change too. */
async function findUnreadableSql(run: Run, { migration }: MigrationFile): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const operation of migration.up) {
    if (operation.kind !== 'sql') continue;
    const { statements, files } = operation;
    findings.push(...(await findUnreadable(run, statements?.up, files?.up)));
    findings.push(...(await findUnreadable(run, statements?.down, files?.down)));
  }
  return findings;
}

/** One error for all reasons; the first one decides the exit code. */
export function refusedBy(name: string, refusals: readonly Finding[]): MsgdbError {
  const [first] = refusals;
  const fixes = [...new Set(refusals.map(({ fix }) => fix))];
  return new MsgdbError(first?.code ?? 'MSGDB_REFUSED', {
    what: `${name} was refused: ${refusals.map((each) => each.message).join(' ')}`,
    ...(first ? { fix: fixes.join(' ') } : {}),
    data: { migration: name, refusals },
  });
}

/** The steps of one migration as they are done. */
export class StepRunner {
  readonly #run: Run;
  readonly #migration: string;
  readonly #steps: StepReport[] = [];
  readonly #counts = new Map<string, AppliedMigration['counts'][number]>();
  readonly #worked = new Map<string, Worked>();
  readonly outcomes: Outcome[] = [];
  readonly findings: Finding[] = [];

  readonly #owner: string | null;

  /** `owner`: the migration whose changes these are, for its undo; null for changes that an undo makes. */
  constructor(run: Run, migration: string, owner: string | null) {
    this.#run = run;
    this.#migration = migration;
    this.#owner = owner;
  }

  async do(plan: Plan, place: number): Promise<void> {
    if (plan.refusals.length > 0) throw refusedBy(this.#migration, plan.refusals);
    for (const note of plan.notes) this.#run.emit({ kind: 'note', message: note });
    if (plan.table && plan.steps.some(({ lock }) => lock !== 'none' && lock !== 'row')) {
      await waitForBlockers(this.#run, plan.table);
    }
    const table = plan.table;
    const counted = table && plan.steps.some(removesRows) ? table : undefined;
    const before = counted && (await countRows(this.#run.session, counted));
    const already = this.outcomes.length;
    await this.#doSteps(plan.steps, place);
    if (counted && before !== undefined) {
      const label = tableLabel(counted);
      const first = this.#counts.get(label)?.before ?? before;
      this.#counts.set(label, { table: label, before: first, after: await countRows(this.#run.session, counted) });
    }
    if (table && plan.steps.some((step) => step.kind !== 'accept-index')) {
      const label = tableLabel(table);
      const outcome = addOutcomes(this.outcomes.slice(already));
      const known = this.#worked.get(label)?.known !== false && keepStatistics(plan.steps, outcome, before ?? 0);
      this.#worked.set(label, { table, known });
    }
  }

  async #doSteps(steps: readonly Step[], place: number): Promise<void> {
    const origin = { runId: this.#run.id, migration: this.#owner, operation: this.#owner === null ? null : place };
    for await (const { step, outcome, durationMs, detail } of doSteps(this.#run, steps, origin)) {
      this.outcomes.push(outcome);
      const inner = step.kind === 'transaction' ? step.steps.map((each) => each.title).join('; ') : '';
      this.#steps.push({ kind: step.kind, title: step.title, durationMs, detail: detail || inner });
    }
  }

  async refreshStatistics(): Promise<void> {
    await refreshStatistics(this.#run, this.#worked.values());
  }

  /** Never "ok" unverified: the database is read back. */
  async readBack(changes: readonly Change[]): Promise<void> {
    const sum = addOutcomes(this.outcomes);
    for (const change of changes) await change.readBack(this.#run, sum);
    this.findings.push(...(await this.#warnOf(sum)));
  }

  /** What batches have done stays, though a later one, or a later step, has failed. */
  async warnOf({ data: { done } }: MsgdbError): Promise<readonly Finding[]> {
    if (this.#run.session.lost.aborted) return [];
    return await this.#warnOf(addOutcomes([...this.outcomes, ...(done ? [done] : [])])).catch(() => []);
  }

  async #warnOf(outcome: Outcome): Promise<readonly Finding[]> {
    const warnings = await findOverwritten(this.#run.session, outcome);
    return warnings.map((each) => ({ ...each, migration: this.#migration }));
  }

  report(file: MigrationFile, durationMs: number): AppliedMigration {
    return {
      name: file.name,
      summary: file.migration.summary,
      durationMs,
      steps: this.#steps,
      counts: [...this.#counts.values()],
    };
  }
}

function removesRows(step: Step): boolean {
  return step.kind === 'dedupe' || (step.kind === 'transaction' && step.steps.some(removesRows));
}
