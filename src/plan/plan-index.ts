import type { KeyColumn } from '../model/dedupe.ts';
import type { OperationFacts } from '../model/facts.ts';
import type { IndexOperation } from '../model/operations/index-operation.ts';
import type { IndexBuild, Plan, Step, Survey } from '../model/plan.ts';
import { acceptStep, buildStep, dropDebris } from './build-steps.ts';
import { chooseStrategy } from './choose-strategy.ts';
import { buildWork } from './estimate-work.ts';
import { judgeIndexes } from './judge-index.ts';
import { requireColumn, tableLabel } from './names.ts';
import { Refusals } from './refusals.ts';
import { refuseLongKeys } from './refuse-long-keys.ts';
import { refuseParts } from './refuse-parts.ts';
import { refuseName, refuseTable } from './refuse-unique-key.ts';
import { partLabel } from './resolve-key.ts';
import type { PlanSettings } from './settings.ts';

/** Plans a non-unique index, built concurrently unless the table is small. */
export function planIndex(
  operation: IndexOperation,
  facts: OperationFacts,
  { longKeys }: Survey,
  settings: PlanSettings,
): Plan {
  const refusals = new Refusals(tableLabel(facts.table.table));
  const build = plainIndexBuild(operation, facts, refusals);
  const judgement = judgeIndexes(build, facts);
  refuseTable(facts, refusals);
  refuseName(build, judgement, facts, refusals);
  refuseParts(build, facts, refusals);
  refuseLongKeys(longKeys, build, facts, refusals);
  const { strategy, reason } = chooseStrategy(settings.strategy, facts.table, buildWork(facts.table));
  const { serving, debris } = judgement;
  const steps: readonly Step[] = serving
    ? [acceptStep(build.table, serving)]
    : [
        ...(debris ? [dropDebris({ schema: debris.schema, name: debris.name }, build.table, 'online')] : []),
        explained(buildStep(build, strategy, facts), `strategy ${strategy}: ${reason}`),
      ];
  return {
    operation,
    title: `index on ${tableLabel(build.table)} (${build.columns.map(partLabel).join(', ')})`,
    table: build.table,
    steps: refusals.all.length > 0 ? [] : steps,
    refusals: refusals.all,
    lacking: refusals.lacking,
    notes: [],
  };
}

function explained(step: Step, reason: string): Step {
  return { ...step, details: [reason, ...(step.details ?? [])] };
}

/** The index the operation asks for. */
export function plainIndexBuild(operation: IndexOperation, facts: OperationFacts, refusals: Refusals): IndexBuild {
  return {
    table: facts.table.table,
    partitioned: facts.table.kind === 'partitioned',
    name: operation.name,
    unique: false,
    method: operation.method,
    columns: operation.columns.flatMap((part): readonly KeyColumn[] => {
      if (typeof part === 'object') return [part];
      const column = requireColumn(facts.table, part, refusals);
      return column ? [{ column: column.name }] : [];
    }),
    predicate: operation.where,
    nulls: 'distinct',
  };
}
