import { readDatabase } from '../../catalog/read-database.ts';
import { readTextual } from '../../catalog/read-textual.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { OperationFacts } from '../../model/facts.ts';
import type { ReferenceSurvey } from '../../model/group-survey.ts';
import { movementsOf } from '../../model/movement.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import { PLAN_FORMAT, type PlanEnd, type PlanTarget } from '../../model/plan-file.ts';
import { tableLabel } from '../../model/table-label.ts';
import { VERSION } from '../../model/version.ts';
import { factsFingerprint } from '../../plan/fingerprint.ts';
import { surveyOf } from '../../plan/refusals/survey-of.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { readFrom } from '../../sql/dedupe/keyed.ts';
import { closeMembers, fetchMembers, openMembers } from '../../sql/dedupe/plan-members.ts';
import { rankInBulk } from '../../sql/dedupe/ranked-members.ts';
import { type PlanWriter, writePlanFile } from './write-plan-file.ts';

/** A rule with something to remove, and what was seen of it. */
export interface Plannable {
  readonly rule: UniqueKey;
  readonly migration: string | undefined;
  readonly facts: OperationFacts;
  readonly dedupe: PlannedDedupe;
  readonly references: readonly ReferenceSurvey[] | undefined;
}

/** Rows a fetch: some hundreds of kilobytes in memory, for a plan of any size. */
const FETCHED = 2_000;

/** Writes what would be removed into a plan file: each group with its members. Nothing in the database is changed. */
export async function recordPlan(
  workplace: Workplace,
  file: string,
  plannables: readonly Plannable[],
): Promise<PlanEnd> {
  const header = {
    msgdbPlan: PLAN_FORMAT,
    msgdb: VERSION,
    madeAt: new Date().toISOString(),
    database: await readOnly(workplace, readDatabase),
    schema: workplace.settings.schema,
  } as const;
  return await writePlanFile(file, header, async (writer) => {
    for (const each of plannables) await recordGroups(workplace, each, writer);
  });
}

async function recordGroups(workplace: Workplace, plannable: Plannable, writer: PlanWriter): Promise<void> {
  const { dedupe } = plannable;
  const title = `groups of ${tableLabel(dedupe.key.table)} planned`;
  // A lock that could not be had makes it begin again; what it had written by then is discarded.
  await readOnly(workplace, async (db) => {
    const textual = await readTextual(db, dedupe.key.table);
    await writer.begin(targetOf(plannable));
    await db.query(readFrom(dedupe.key));
    await db.query(rankInBulk());
    await db.query(openMembers({ dedupe, textual }));
    for (let done = 0; ; ) {
      const lines = (await db.query(fetchMembers(FETCHED))).map((row) => String(row.line));
      if (lines.length === 0) break;
      await writer.add(lines);
      done += lines.length;
      workplace.emit({ kind: 'progress', title, done });
    }
    await db.query(closeMembers());
  });
  writer.commit();
}

function targetOf({ rule, migration, facts, dedupe, references }: Plannable): PlanTarget {
  const { kind: _, ...options } = rule;
  const colliding: Record<string, number> = {};
  for (const movement of movementsOf(dedupe.references)) {
    const survey = surveyOf(movement, dedupe.references, references);
    const gone = survey ? survey.colliding + survey.refused : 0;
    colliding[movement.label] = (colliding[movement.label] ?? 0) + gone;
  }
  return {
    table: dedupe.key.table,
    migration: migration ?? null,
    rule: options,
    facts: factsFingerprint(facts.table, dedupe),
    colliding,
  };
}
