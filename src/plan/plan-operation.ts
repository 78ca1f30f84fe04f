import type { OperationFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { ExpectIndex } from '../model/operations/expect-index.ts';
import type { Operation } from '../model/operations/index.ts';
import type { ScriptStatement, SqlOperation } from '../model/operations/sql-operation.ts';
import type { LockLevel, Plan, Survey } from '../model/plan.ts';
import type { Planned, PlanSettings } from '../model/plan-settings.ts';
import type { ResolvedOperation } from '../resolve/resolve-operation.ts';
import { planDropUniqueKey } from './plan-drop-unique-key.ts';
import { planIndex } from './plan-index.ts';
import { planRelink } from './plan-relink.ts';
import { planUniqueKey } from './plan-unique-key.ts';

/** What would be done for an operation on a table. Pure: the same facts give the same plan. */
export function planOperation(
  resolved: ResolvedOperation,
  facts: OperationFacts,
  survey: Survey,
  settings: PlanSettings,
): Plan {
  switch (resolved.kind) {
    case 'unique-key':
      return planUniqueKey(resolved, facts, survey, settings);
    case 'drop-unique-key':
      return planDropUniqueKey(resolved, facts, settings);
    case 'index':
      return planIndex(resolved, facts, survey, settings);
    case 'relink':
      return planRelink(resolved, facts, survey);
  }
}

/** Plans for what needs no facts: the user's own SQL, and checks. */
export function planPlain(operation: SqlOperation | ExpectIndex): Plan {
  const common = { operation, refusals: [], notes: [] };
  if (operation.kind === 'expect-index') {
    return { ...common, title: `check that ${operation.index} serves a query`, steps: [] };
  }
  const { up: script, transaction } = operation;
  const statements = operation.statements?.up;
  const title = `Run SQL${describeWay(operation)}`;
  return {
    ...common,
    title: 'sql',
    steps: [
      {
        kind: 'sql',
        title,
        lock: lockOf(statements),
        script,
        statements,
        transaction,
        details: listAlone(operation),
        file: operation.files?.up,
      },
    ],
  };
}

/** A plan with a refusal has no steps. */
export function refuseWith(plan: Plan, refusals: readonly Finding[]): Plan {
  return refusals.length === 0 ? plan : { ...plan, steps: [], refusals: [...plan.refusals, ...refusals] };
}

/** Any statement may take any lock; these are known to let the application go on. */
function lockOf(statements: readonly ScriptStatement[] = []): LockLevel {
  const light =
    /^(?:(?:create\s+(?:unique\s+)?index|drop\s+index)\s+concurrently\s|reindex\b.*\bconcurrently\b|vacuum\b(?!.*\bfull\b)|analyze\b)/is;
  const goesOn = statements.length > 0 && statements.every(({ text }) => light.test(text));
  return goesOn ? 'share update exclusive' : 'access exclusive';
}

/** The title names the first statement that cannot run in a transaction. */
function listAlone({ statements }: SqlOperation): readonly string[] {
  const alone = statements?.up.filter(({ transactional }) => !transactional) ?? [];
  if (alone.length < 2) return [];
  return alone.slice(0, MOST_LISTED).map(({ line, text }) => {
    const [first = ''] = text.split('\n');
    return `line ${line}, outside a transaction: ${first.length > LONGEST_LISTED ? `${first.slice(0, LONGEST_LISTED)}…` : first}`;
  });
}

const MOST_LISTED = 20;
const LONGEST_LISTED = 60;

function describeWay({ transaction, statements }: SqlOperation): string {
  const alone = statements?.up.find(({ transactional }) => !transactional);
  if (!transaction) return ', each statement by itself';
  return alone
    ? `, each statement by itself: the one on line ${alone.line} cannot run in a transaction`
    : ' in one transaction';
}

/**
 * The order in which a migration's operations are done: rules that go, go last, when what replaces them is valid.
 */
export function orderOperations(operations: readonly Operation[]): readonly { operation: Operation; place: number }[] {
  const placed = operations.map((operation, place) => ({ operation, place }));
  const goes = ({ operation }: { readonly operation: Operation }): boolean => operation.kind === 'drop-unique-key';
  const checks = ({ operation }: { readonly operation: Operation }): boolean => operation.kind === 'expect-index';
  return [...placed.filter((each) => !goes(each) && !checks(each)), ...placed.filter(goes), ...placed.filter(checks)];
}

/** What a migration does in all. */
export function plannedBy(operations: readonly Operation[]): Planned {
  const built = operations.flatMap((operation) => {
    if (operation.kind === 'index') return [operation.name];
    return operation.kind === 'unique-key' && operation.index ? [operation.index] : [];
  });
  const dropped = operations.filter((operation) => operation.kind === 'drop-unique-key');
  return { built: new Set(built), dropped };
}
