import { explainDenied } from '../../catalog/explain-denied.ts';
import { readHistory } from '../../catalog/read-history.ts';
import { applyOperation } from '../../engine/migrations/apply-operation.ts';
import { type Foreseen, foreseeCopies } from '../../engine/migrations/foresee-copies.ts';
import { findLost, type LostIndex } from '../../engine/migrations/lost-indexes.ts';
import { concernsOneRule } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { Plan } from '../../model/plan.ts';
import { noteIndexesBefore } from '../../plan/notes/reference-notes.ts';
import { type MigrationOrder, orderMigrations } from '../../plan/order-migrations.ts';
import { orderOperations, plannedBy, refuseWith } from '../../plan/plan-operation.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { noteLacking } from '../plans/note-lacking.ts';
import { findingOfError } from '../reports/finding-of-error.ts';
import { continueScript } from './continue-script.ts';

export interface ApplyOptions {
  /** The last migration to apply: its name, or the number it begins with. */
  readonly to?: string | undefined;
  /** The one migration to apply, in the same way. */
  readonly only?: string | undefined;
  readonly allowOutOfOrder: boolean;
}

/** What there is to do: migrations that are pending, and indexes of applied ones that are gone. */
export interface Ahead extends MigrationOrder {
  readonly lost: readonly LostIndex[];
  /** Pending migrations that an earlier run has begun. */
  readonly begun: readonly string[];
  /** The one migration that is meant, if it was named. */
  readonly only?: string | undefined;
}

/** Reads what there is to do from the files and the history. */
export async function readPending(
  workplace: Workplace,
  files: readonly MigrationFile[],
  options: ApplyOptions,
): Promise<Ahead> {
  const history = await readOnly(workplace, readHistory);
  const order = orderMigrations(files, history, options);
  const lost = order.refusals.length > 0 ? [] : await findLost(workplace, files, history);
  const { to, only } = options;
  const isMeant = (name: string): boolean => (to === undefined || name <= to) && (only === undefined || name === only);
  const begun = history.flatMap(({ name, state }) => (state === 'done' ? [] : [name]));
  return { ...order, only, begun, lost: lost.filter(({ file }) => isMeant(file.name)) };
}

/** The plan of one operation of a migration. */
export interface PlannedOperation {
  readonly plan: Plan;
  readonly migration: string;
  readonly place: number;
  /** Why it cannot be planned before SQL of the same run has run. */
  readonly later?: string;
}

/** What of a planned operation its planner decides. */
export type Planned = Pick<PlannedOperation, 'plan' | 'later'>;

/** An operation of a pending migration. */
export interface Work {
  readonly operation: Operation;
  readonly file: MigrationFile;
  readonly place: number;
  /** SQL comes before it in the same run. */
  readonly changedBySql: boolean;
}

/** Plans all that is pending, in order; `planOne`: from the database as it is, if left out. */
export async function planPending(
  workplace: Workplace,
  files: readonly MigrationFile[],
  { pending, lost, begun }: Ahead,
  planOne: (work: Work) => Promise<Planned> = async (work) => planAsItIs(workplace, work),
): Promise<readonly PlannedOperation[]> {
  const plans: PlannedOperation[] = [];
  for (const { operation, file, place } of lost) {
    const { plan } = await applyOperation(operation, plannedBy(file.migration.up)).plan(workplace, 'full');
    plans.push({ plan, migration: file.name, place });
  }
  let changedBySql = false;
  for (const file of files.filter((each) => pending.includes(each.name))) {
    for (const { operation, place } of orderOperations(file.migration.up)) {
      const work = { operation, file, place, changedBySql };
      const planned = await planOne(work);
      const plan = begun.includes(file.name) ? await continueScript(workplace, work, planned.plan) : planned.plan;
      plans.push({ migration: file.name, place, ...planned, plan });
      changedBySql ||= operation.kind === 'sql';
    }
  }
  const { foreseen } = await foreseeCopies(
    workplace,
    files.filter(({ name }) => pending.includes(name)),
  );
  return await noteLacking(workplace, noteIndexesBefore(plans.map((each) => refuseForeseen(each, foreseen))));
}

function refuseForeseen(planned: PlannedOperation, foreseen: readonly Foreseen[]): PlannedOperation {
  const own = foreseen.filter(({ migration, place }) => migration === planned.migration && place === planned.place);
  return {
    ...planned,
    plan: refuseWith(
      planned.plan,
      own.map(({ refusal }) => refusal),
    ),
  };
}

/** Plans from the database as it is; what SQL before may make is not refused. */
export async function planAsItIs(workplace: Workplace, { operation, file, changedBySql }: Work): Promise<Planned> {
  try {
    const { plan } = await applyOperation(operation, plannedBy(file.migration.up)).plan(workplace, 'full');
    const made = changedBySql && plan.refusals.length > 0 && plan.refusals.every(isAboutNames);
    return made ? plannedLater(plan) : { plan };
  } catch (error) {
    const told = await explainDenied(workplace.session, error);
    if (isDenied(told)) return { plan: refusedBy(operation, told) };
    if (!(told instanceof MsgdbError) || !concernsOneRule(told.code)) throw told;
    return changedBySql ? unplannedYet(operation, told) : { plan: refusedBy(operation, told) };
  }
}

/** A table that the role may not read is missing from the plan; the rest of it is there. */
export function isDenied(error: unknown): error is MsgdbError {
  return error instanceof MsgdbError && error.code === 'MSGDB_PERMISSION_DENIED';
}

function isAboutNames({ code }: Finding): boolean {
  return concernsOneRule(code);
}

/** A column that is not there yet may be made by SQL that has not run yet. */
export function plannedLater(plan: Plan): Planned {
  const notes = [...plan.notes, ...plan.refusals.map(mayBeMade)];
  return { plan: { ...plan, refusals: [], notes }, later: plan.refusals.map(({ message }) => message).join(' ') };
}

/** The same of a table. */
export function unplannedYet(operation: Operation, error: MsgdbError): Planned {
  const notes = [mayBeMade(error)];
  return { plan: { operation, title: titleOf(operation), steps: [], refusals: [], notes }, later: error.message };
}

function mayBeMade({ message }: { readonly message: string }): string {
  return `${message} It may be made by the SQL before: planned when that has run.`;
}

export function refusedBy(operation: Operation, error: MsgdbError): Plan {
  return { operation, title: titleOf(operation), steps: [], refusals: [findingOfError(error)], notes: [] };
}

function titleOf(operation: Operation): string {
  return 'table' in operation ? `${operation.kind} on ${operation.table}` : operation.kind;
}
