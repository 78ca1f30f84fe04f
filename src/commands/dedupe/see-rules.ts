import { removeCopies } from '../../engine/dedupe/remove-copies.ts';
import type { Change } from '../../engine/pipeline.ts';
import { describeTarget } from '../../inspect/describe-target.ts';
import { showCommand } from '../../inspect/discover/show-command.ts';
import type { Inspected } from '../../inspect/inspect-operation.ts';
import type { SurveyDepth } from '../../inspect/survey/survey-groups.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Plan } from '../../model/plan.ts';
import type { TargetReport } from '../../model/target-report.ts';
import { placeOptions } from '../../plan/refusals/rule-options.ts';
import { refuseHiddenRows } from '../../resolve/refuse-hidden-rows.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { forPurpose, type Purpose } from '../plans/note-lacking.ts';
import type { NamedRule } from '../project/load-files.ts';

/** A rule, what was seen of it, and what would be done. */
export interface Seen {
  /** With what flags and configuration add to it. */
  readonly rule: UniqueKey;
  readonly change: Change;
  readonly target: TargetReport;
  readonly inspected: Inspected<ResolvedRule>;
  readonly plan: Plan;
}

export interface SeeOptions {
  readonly samples: number;
  readonly depth: SurveyDepth;
  /** Instead of the one that is set. */
  readonly strategy?: 'plan-file';
  /** A rule that is written wrong ends it before anything is counted; else it refuses its plan. */
  readonly miswritten?: 'thrown';
  /** With `look`, the plan is shown also where the role lacks a privilege for doing it. */
  readonly purpose: Purpose;
}

/** Looks at rules, one after the other. */
export async function seeRules(
  workplace: Workplace,
  rules: readonly NamedRule[],
  options: SeeOptions,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const named of rules) {
    const change = named.change ?? removeCopies(named.rule, options);
    seen.push(await seeRule(workplace, { ...named, change }, options));
  }
  return await forPurpose(workplace, seen, options.purpose);
}

async function seeRule(
  workplace: Workplace,
  { migration, change }: Required<NamedRule>,
  { samples, depth }: SeeOptions,
): Promise<Seen> {
  const { seen: inspected, plan } = await named(migration, change.plan(workplace, depth));
  const { operation: rule } = inspected.resolved;
  refuseHiddenRows(inspected.facts.table);
  const target = await readOnly(workplace, async (db) => describeTarget(db, inspected, { samples, migration }));
  if (migration !== undefined) return { rule, change, target, inspected, plan };
  const { schema, name } = inspected.facts.table.table;
  const command = showCommand({ schema, table: name, key: rule.key }, 'new', {
    where: null,
    defaultSchema: workplace.settings.schema,
  });
  return { rule, change, target, inspected, plan: { ...plan, refusals: placeOptions(plan.refusals, command) } };
}

/** A rule that is written wrong is looked for in its migration. */
async function named<Planned>(migration: string | undefined, planned: Promise<Planned>): Promise<Planned> {
  return await planned.catch((error) => {
    const wrong = migration !== undefined && error instanceof MsgdbError && error.data.refusals !== undefined;
    throw wrong ? error.with({ what: `${migration}: ${error.message}`, data: { migration } }) : error;
  });
}

/** Nothing to do, or nothing that may be done. */
export function isSettled(seen: readonly Seen[]): boolean {
  return seen.every(({ plan }) => plan.steps.length === 0) || seen.some(({ plan }) => plan.refusals.length > 0);
}

/** Rows that would go: those of groups that are left alone stay. */
export function removableOf(seen: readonly Seen[]): number {
  return seen.reduce((sum, { target, inspected }) => sum + target.excessRows - groupsLeftAlone(inspected).rows, 0);
}

/** Groups that a run leaves as they are, because their copies differ where they must not. */
export function groupsLeftAlone({ survey }: Pick<Inspected, 'survey'>): {
  readonly groups: number;
  readonly rows: number;
} {
  return survey.differing?.leftAlone ?? { groups: 0, rows: 0 };
}
