import type { OperationFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { ExpectIndex } from '../model/operations/expect-index.ts';
import type { Operation } from '../model/operations/index.ts';
import type { SqlOperation } from '../model/operations/sql-operation.ts';
import type { Plan, Survey } from '../model/plan.ts';
import type { Planned, PlanSettings } from '../model/plan-settings.ts';
import type { ResolvedOperation } from '../resolve/resolve-operation.ts';
import { withEstimates } from './estimate/estimate-steps.ts';
import { planDropUniqueKey } from './plan-drop-unique-key.ts';
import { planIndex } from './plan-index.ts';
import { planRelink } from './plan-relink.ts';
import { planUniqueKey } from './plan-unique-key.ts';
import { sqlStep } from './steps/sql-step.ts';

/** What would be done for an operation on a table. Pure: the same facts give the same plan. */
export function planOperation(
  resolved: ResolvedOperation,
  facts: OperationFacts,
  survey: Survey,
  settings: PlanSettings,
): Plan {
  return withEstimates(planByKind(resolved, facts, survey, settings), facts, survey);
}

function planByKind(resolved: ResolvedOperation, facts: OperationFacts, survey: Survey, settings: PlanSettings): Plan {
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
  const { up: script, statements, files } = operation;
  const step = sqlStep({ title: 'Run SQL', script, statements: statements?.up, way: operation, file: files?.up });
  return { ...common, title: 'sql', steps: [step] };
}

/** A plan with a refusal has no steps. */
export function refuseWith(plan: Plan, refusals: readonly Finding[]): Plan {
  return refusals.length === 0 ? plan : { ...plan, steps: [], refusals: [...plan.refusals, ...refusals] };
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
