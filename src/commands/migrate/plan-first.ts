import { explainDenied } from '../../catalog/explain-denied.ts';
import { type EmbeddedServer, startEmbedded } from '../../embedded/index.ts';
import { foreseeOperation } from '../../inspect/foresee/foresee-operation.ts';
import { concernsOneRule } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { TableOperation } from '../../model/operations/table-operation.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import type { Plan } from '../../model/plan.ts';
import { orderOperations, plannedBy, planOperation } from '../../plan/plan-operation.ts';
import { changesOfPlan } from '../../resolve/pending/changes-of-plan.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import { readStatements } from '../../sql/pending/read-changes.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime, databaseLabel } from '../context/with-database.ts';
import { readBlueprint } from '../shadow/blueprint.ts';
import { withShadowOn } from '../shadow/shadow.ts';
import {
  type Ahead,
  isDenied,
  type Planned,
  type PlannedOperation,
  planAsItIs,
  plannedLater,
  planPending,
  refusedBy,
  unplannedYet,
  type Work,
} from './plan-pending.ts';
import { doOnCopy } from './schema-copy.ts';

/**
 * Plans all that is pending, each operation on what those before it leave. Where one depends on others, they are done on
 * a copy of the schema, in a server of its own; the database itself is only looked at.
 */
export async function planFirst(
  context: Context,
  workplace: Workplace,
  files: readonly MigrationFile[],
  ahead: Ahead,
): Promise<readonly PlannedOperation[]> {
  const works = worksOf(files, ahead.pending);
  if (!works.some((_, place) => dependsOnEarlier(works, place))) return await planPending(workplace, files, ahead);
  workplace.emit({ kind: 'step-started', title: 'making a copy of the schema, to plan on' });
  const blueprint = await readBlueprint(workplace, databaseLabel(context) ?? 'database');
  const server = await startCopy(context);
  if (server instanceof Error) {
    const { message } = server;
    return await planPending(workplace, files, ahead, async (work) => planAlone(workplace, works, work, message));
  }
  const quiet: Context = {
    ...context,
    settings: { ...context.settings, waitMs: 0, strategy: 'locked' },
    emit: () => {},
  };
  return await withShadowOn(server, quiet, blueprint, async (shadow) =>
    connectAnyTime(shadow.context, 'migrate', async (copy) => {
      const planner = new Foresight(workplace, copy, works, shadow.failures);
      return await planPending(workplace, files, ahead, async (work) => planner.plan(work));
    }),
  );
}

/** A server for the copy, or why there is none: its programs are an optional package. */
async function startCopy({ signal, env }: Context): Promise<EmbeddedServer | Error> {
  try {
    return await startEmbedded({ signal, env });
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    return error;
  }
}

/** Plans in order, and does each operation on the copy when it is planned and a later one depends on it. */
class Foresight {
  readonly #workplace: Workplace;
  readonly #copy: Run;
  readonly #works: readonly Work[];
  /** What the copy lacks. */
  readonly #lacks: string[];
  readonly #before: PendingScript[] = [];

  constructor(workplace: Workplace, copy: Run, works: readonly Work[], failures: readonly string[]) {
    this.#workplace = workplace;
    this.#copy = copy;
    this.#works = works;
    this.#lacks = [...failures];
  }

  async plan(work: Work): Promise<Planned> {
    const place = this.#works.findIndex(({ operation }) => operation === work.operation);
    const { operation, file } = work;
    const planned =
      isOnTable(operation) && dependsOnEarlier(this.#works, place)
        ? await this.#foresee(operation, file)
        : await planAsItIs(this.#workplace, work);
    const needed = this.#works.some((later, at) => at > place && dependsOn(later.operation, operation));
    if (!needed || planned.plan.refusals.length > 0) return planned;
    const failures = await doOnCopy(this.#copy, operation, file, work.place);
    this.#lacks.push(...failures);
    this.#before.push(await scriptOf(work, planned.plan));
    return { ...planned, plan: withNotes(planned.plan, failures) };
  }

  async #foresee(operation: TableOperation, file: MigrationFile): Promise<Planned> {
    const { settings } = this.#workplace;
    const planned = plannedBy(file.migration.up);
    try {
      const outlook = { workplace: this.#workplace, copy: this.#copy, before: this.#before };
      const { resolved, facts, survey, notes } = await foreseeOperation(outlook, operation);
      const plan = withNotes(planOperation(resolved, facts, survey, { ...settings, planned }), notes);
      const aboutNames = plan.refusals.length > 0 && plan.refusals.every(({ code }) => concernsOneRule(code));
      return aboutNames && this.#lacks.length > 0 ? plannedLater(plan) : { plan };
    } catch (error) {
      const told = await explainDenied(this.#workplace.session, error);
      if (isDenied(told)) return { plan: refusedBy(operation, told) };
      if (!(told instanceof MsgdbError) || !concernsOneRule(told.code)) throw told;
      return this.#lacks.length > 0 ? unplannedYet(operation, told) : { plan: refusedBy(operation, told) };
    }
  }
}

/** Without a copy: on the database as it is, which is said. */
async function planAlone(workplace: Workplace, works: readonly Work[], work: Work, why: string): Promise<Planned> {
  const place = works.findIndex(({ operation }) => operation === work.operation);
  const planned = await planAsItIs(workplace, work);
  if (!isOnTable(work.operation) || !dependsOnEarlier(works, place)) return planned;
  const note = `Planned on the database as it is, without what comes before: there is no copy of the schema to do that on. ${why}`;
  return { ...planned, plan: withNotes(planned.plan, [note]) };
}

function worksOf(files: readonly MigrationFile[], pending: readonly string[]): readonly Work[] {
  return files
    .filter(({ name }) => pending.includes(name))
    .flatMap((file) => orderOperations(file.migration.up).map((each) => ({ ...each, file, changedBySql: false })));
}

function dependsOnEarlier(works: readonly Work[], place: number): boolean {
  const work = works[place];
  return work !== undefined && works.slice(0, place).some((earlier) => dependsOn(work.operation, earlier.operation));
}

/** SQL may change anything; of operations, those on a table that both name. */
function dependsOn(later: Operation, earlier: Operation): boolean {
  if (!isOnTable(later) || earlier.kind === 'expect-index') return false;
  if (earlier.kind === 'sql') return true;
  // An index that is not unique is in nobody's way.
  if (earlier.kind === 'index')
    return later.kind === 'index' && tablesOf(later).some((each) => tablesOf(earlier).includes(each));
  const own = tablesOf(earlier);
  return tablesOf(later).some((each) => own.includes(each));
}

function tablesOf(operation: TableOperation): readonly string[] {
  const others =
    operation.kind === 'unique-key'
      ? operation.references.map(({ table }) => table)
      : operation.kind === 'relink'
        ? [operation.to]
        : [];
  return [operation.table, ...others];
}

function isOnTable(operation: Operation): operation is TableOperation {
  return operation.kind !== 'sql' && operation.kind !== 'expect-index';
}

async function scriptOf({ operation, file }: Work, plan: Plan): Promise<PendingScript> {
  const script = { migration: file.name, file: file.name, transaction: 'one' as const, applied: false };
  if (operation.kind !== 'sql') {
    const changes = changesOfPlan(plan, file.name);
    return { ...script, statements: [{ line: 0, text: plan.title, changes }] };
  }
  try {
    return { ...script, file: operation.files?.up ?? file.name, statements: await readStatements(operation.up) };
  } catch (error) {
    if (!(error instanceof MsgdbError)) throw error;
    const opaque = { kind: 'opaque', what: 'SQL that cannot be read', names: 'anything', asks: false } as const;
    return { ...script, statements: [{ line: 0, text: '', changes: [opaque] }] };
  }
}

function withNotes(plan: Plan, notes: readonly string[]): Plan {
  return notes.length === 0 ? plan : { ...plan, notes: [...plan.notes, ...notes] };
}
