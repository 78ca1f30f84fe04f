import type { OperationFacts, TableName } from '../../model/facts.ts';
import { findTable } from '../../model/find-table.ts';
import type { Plan, Step, StepEstimate, Survey } from '../../model/plan.ts';
import { isSameTable } from '../../model/table-name.ts';
import { estimateBuild, removalWork, secondsToFind } from './estimate-work.ts';
import { secondsToChange } from './row-seconds.ts';
import { rowsOf, scanSeconds } from './scan-seconds.ts';

/** A concurrent build reads the table a second time. */
const READS_OF_A_CONCURRENT_BUILD = 2;
const NO_ROWS: StepEstimate = { rows: 0, seconds: 0 };

/** The plan with what each of its steps is about to take: rows, and time at the rates that were measured. */
export function withEstimates(plan: Plan, facts: OperationFacts, survey: Survey): Plan {
  const estimated = (step: Step): Step => estimateStep(step, facts, survey);
  return {
    ...plan,
    steps: plan.steps.map(estimated),
    ...(plan.held ? { held: plan.held.map(estimated) } : {}),
  };
}

function estimateStep(step: Step, facts: OperationFacts, survey: Survey): Step {
  if (step.kind !== 'transaction') return { ...step, estimate: estimateOf(step, facts, survey) };
  const steps = step.steps.map((each) => estimateStep(each, facts, survey));
  const estimates = steps.flatMap(({ estimate }) => estimate ?? []);
  const estimate = {
    rows: Math.max(0, ...estimates.map(({ rows }) => rows)),
    seconds: estimates.reduce((sum, { seconds }) => sum + seconds, 0),
  };
  return { ...step, steps, estimate };
}

function estimateOf(step: Exclude<Step, { kind: 'transaction' }>, facts: OperationFacts, survey: Survey): StepEstimate {
  switch (step.kind) {
    case 'dedupe': {
      const { excessRows, covered } = step.census;
      // A look that finds nothing is a read of all rows.
      if (excessRows === 0) return { rows: covered, seconds: secondsToFind(covered) };
      return { rows: excessRows, seconds: removalWork(step.dedupe, facts, survey, []).seconds };
    }
    case 'build-index':
      return buildOf(step.build.table, facts, step.concurrently ? READS_OF_A_CONCURRENT_BUILD : 1);
    case 'index-references':
      return buildOf(step.build.table, facts, READS_OF_A_CONCURRENT_BUILD);
    case 'rebuild-index':
      return buildOf(step.dedupe.key.table, facts, READS_OF_A_CONCURRENT_BUILD);
    case 'relink': {
      const { lost, matched, waiting } = step.survey;
      const child = tableOf(step.relink.child.table, facts);
      return { rows: lost, seconds: scanSeconds(child) + (matched + waiting) * secondsToChange(child) };
    }
    // Only the catalogue is changed, once the lock is there.
    default:
      return NO_ROWS;
  }
}

function buildOf(name: TableName, facts: OperationFacts, reads: number): StepEstimate {
  const table = tableOf(name, facts);
  return { rows: Math.round(rowsOf(table)), seconds: reads * estimateBuild(table).seconds };
}

function tableOf(name: TableName, facts: OperationFacts): OperationFacts['table'] {
  return isSameTable(name, facts.table.table) ? facts.table : (findTable(facts, name) ?? facts.table);
}
