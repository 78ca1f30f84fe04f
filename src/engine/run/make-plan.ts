import { inspectOperation } from '../../inspect/inspect-operation.ts';
import type { SurveyDepth } from '../../inspect/survey/survey-groups.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { Plan } from '../../model/plan.ts';
import type { Planned } from '../../model/plan-settings.ts';
import { planOperation, planPlain } from '../../plan/plan-operation.ts';
import type { Workplace } from '../../session/workplace.ts';

/** Plans an operation from what the database is now. */
export async function makePlan(
  workplace: Workplace,
  operation: Operation,
  planned: Planned,
  depth: SurveyDepth = 'needed',
): Promise<Plan> {
  if (operation.kind === 'sql' || operation.kind === 'expect-index') return planPlain(operation);
  const inspected = await inspectOperation(workplace, operation, { depth, index: 'compared' });
  return planOperation(inspected.resolved, inspected.facts, inspected.survey, { ...workplace.settings, planned });
}
