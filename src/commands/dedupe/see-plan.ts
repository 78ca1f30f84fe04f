import { readDatabase } from '../../catalog/read-database.ts';
import { partsOfRemoval } from '../../engine/dedupe/remove-copies.ts';
import { type Change, makeChange } from '../../engine/pipeline.ts';
import type { PlanFile, PlanSection } from '../../engine/plan-file/read-plan-file.ts';
import { describeTarget } from '../../inspect/describe-target.ts';
import type { Inspected } from '../../inspect/inspect-operation.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import { type Finding, finding } from '../../model/finding.ts';
import { type UniqueKey, type UniqueKeyOptions, uniqueKey } from '../../model/operations/unique-key.ts';
import type { Plan } from '../../model/plan.ts';
import { invalidPlan } from '../../model/plan-file.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { TargetReport } from '../../model/target-report.ts';
import { findDedupe } from '../../plan/find-dedupe.ts';
import { changedParts, factsFingerprint } from '../../plan/fingerprint.ts';
import { planDedupe } from '../../plan/plan-dedupe.ts';
import { refuseHiddenRows } from '../../resolve/refuse-hidden-rows.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { quoteTable } from '../../sql/quote.ts';
import { forPurpose, type Purpose } from '../plans/note-lacking.ts';

/** The part of a plan file that is about one rule, and what would be done for it now. */
export interface SeenSection {
  readonly section: PlanSection;
  /** Its place in the file. */
  readonly place: number;
  readonly rule: UniqueKey;
  readonly target: TargetReport;
  readonly plan: Plan;
  readonly inspected: Inspected<ResolvedRule>;
  /** Undefined when it is refused. */
  readonly dedupe: PlannedDedupe | undefined;
}

/** Groups to remove, and all rows in them. */
type Current = Pick<PlanSection, 'groups' | 'rows'>;

/**
 * Looks at what a plan is about: is it the same database, and does everything still mean what it meant?
 * @throws MsgdbError MSGDB_PLAN_INVALID for a plan of another database.
 */
export async function seePlan(workplace: Workplace, plan: PlanFile, purpose: Purpose): Promise<readonly SeenSection[]> {
  await refuseOtherDatabase(workplace, plan);
  const seen: SeenSection[] = [];
  for (const [place, section] of plan.targets.entries()) seen.push(await seeSection(workplace, section, place));
  return await forPurpose(workplace, seen, purpose);
}

async function refuseOtherDatabase(workplace: Workplace, { file, header }: PlanFile): Promise<void> {
  const { database } = header;
  const here = await readOnly(workplace, readDatabase);
  const known = database.system !== null && here.system !== null;
  if (here.oid === database.oid && (!known || here.system === database.system)) return;
  const why =
    here.name === database.name
      ? `It was made for another database of the name ${database.name}: a copy of this one, or one restored from a dump.`
      : `It was made for the database ${database.name}; this is ${here.name}.`;
  throw invalidPlan(file, why);
}

async function seeSection(workplace: Workplace, section: PlanSection, place: number): Promise<SeenSection> {
  const { rule: options, table, migration } = section.target;
  const asked = uniqueKey({ ...options, table: quoteTable(table) } as unknown as UniqueKeyOptions);
  const { seen: inspected, plan } = await listedCopies(asked, section).plan(workplace);
  const { operation: rule } = inspected.resolved;
  refuseHiddenRows(inspected.facts.table);
  const described = await readOnly(workplace, async (db) =>
    describeTarget(db, inspected, { samples: 0, migration: migration ?? undefined }),
  );
  const target = { ...described, groups: section.groups, excessRows: section.rows - section.groups };
  const dedupe = findDedupe(plan);
  const outdated = dedupe ? findOutdated(section, inspected, dedupe) : [];
  const seen = { section, place, rule, target, inspected };
  if (outdated.length === 0) return { ...seen, plan, dedupe };
  return { ...seen, plan: { ...plan, steps: [], refusals: outdated }, dedupe: undefined };
}

/** The copies of a rule that a plan file lists go. */
function listedCopies(rule: UniqueKey, section: PlanSection): Change<Inspected<ResolvedRule>> {
  return makeChange({ ...partsOfRemoval(rule), plan: (seen, workplace) => planSection(workplace, section, seen) });
}

/** The plan for the groups that are as the file has them. */
export function planCurrent(workplace: Workplace, seen: SeenSection, current: Current): Plan {
  return planSection(workplace, current, seen.inspected);
}

/** In batches, under any strategy: each group is judged by itself. */
function planSection(
  { settings }: Workplace,
  { groups, rows }: Current,
  { resolved, facts, survey }: Inspected<ResolvedRule>,
): Plan {
  // Rows that are gone by now are left out, and no reason to take the share of the others for too large.
  const covered = Math.max(survey.census.covered, rows);
  const census = { ...survey.census, covered, groups, excessRows: rows - groups };
  const listed = { ...survey, census, differing: undefined };
  return planDedupe(resolved, facts, listed, { ...settings, strategy: 'plan-file' });
}

function findOutdated(
  { target }: PlanSection,
  { facts }: Pick<Inspected, 'facts'>,
  dedupe: PlannedDedupe,
): readonly Finding[] {
  const changed = changedParts(target.facts, factsFingerprint(facts.table, dedupe));
  if (changed.length === 0) return [];
  const table = tableLabel(target.table);
  return [
    finding('MSGDB_PLAN_OUTDATED', `${table} is not what it was when the plan was made: ${changed.join('; ')}.`, {
      table,
    }),
  ];
}
