import { z } from 'zod';
import type { Census, OperationFacts } from '../../model/facts.ts';
import type { AmbiguousSurvey, DifferingSurvey, ReferenceSurvey } from '../../model/group-survey.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Dedupe, ResolvedReference, Survey } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { Refusals } from '../../plan/refusals.ts';
import { resolveDedupe } from '../../plan/resolve-dedupe.ts';
import { resolveKey } from '../../plan/resolve-key.ts';
import { readFrom } from '../../sql/dedupe/keyed.ts';
import { rankInBulk } from '../../sql/dedupe/ranked-members.ts';
import { namedColumns, surveyAmbiguous } from '../../sql/dedupe/survey-ambiguous.ts';
import { surveyChildren } from '../../sql/dedupe/survey-children.ts';
import { surveyDiffering } from '../../sql/dedupe/survey-groups.ts';

/** `needed`: only what the plan depends on. `full`: also what a person who reads the plan wants to know. */
export type SurveyDepth = 'needed' | 'full';

const differingSchema = z.object({
  groups: z.coerce.number(),
  columns: z.array(z.number()),
  left_groups: z.coerce.number(),
  left_rows: z.coerce.number(),
});
const NOTHING_SEEN = { differing: undefined, references: undefined, ambiguous: [] };

const ambiguousSchema = z.object({ others: z.array(z.number()) });
const childrenSchema = z.object({
  moving: z.array(z.number()),
  colliding: z.array(z.number()),
  unnamed: z.array(z.number()),
});

/**
 * Ranks the groups as a run would, and counts in how many the copies differ and what becomes of the rows that refer to
 * losers. A rule that is refused for its names is not counted: its plan says what is wrong.
 */
export async function surveyGroups(
  db: Queryable,
  rule: UniqueKey,
  facts: OperationFacts,
  census: Census,
  depth: SurveyDepth,
): Promise<Pick<Survey, 'differing' | 'references' | 'ambiguous'>> {
  const refusals = new Refusals('');
  const dedupe = resolveDedupe(rule, resolveKey(rule, facts, refusals), facts, census, refusals);
  if (census.groups === 0 || refusals.all.length > 0) return NOTHING_SEEN;
  await db.query(readFrom(dedupe.key));
  await db.query(rankInBulk());
  const leaves = dedupe.agree.length > 0 || dedupe.onDiffer === 'stop';
  const refuses = dedupe.references.some((each) => each.onCollision === 'refuse' || namesNullable(each, facts));
  return {
    differing: depth === 'full' || leaves ? await readDiffering(db, dedupe) : undefined,
    references: depth === 'full' || refuses ? await readChildren(db, dedupe) : undefined,
    ambiguous: dedupe.references.length > 0 ? await readAmbiguous(db, dedupe) : [],
  };
}

async function readAmbiguous(db: Queryable, dedupe: Dedupe): Promise<readonly AmbiguousSurvey[]> {
  const named = namedColumns(dedupe.references);
  const [raw] = await db.query(surveyAmbiguous(dedupe, named));
  const { others } = ambiguousSchema.parse(raw);
  return named.map((columns, place) => ({ columns, rows: others[place] ?? 0 })).filter(({ rows }) => rows > 0);
}

function namesNullable({ kind, referenced }: ResolvedReference, { table }: OperationFacts): boolean {
  return kind !== 'array' && table.columns.some(({ name, notNull }) => !notNull && referenced.includes(name));
}

async function readDiffering(db: Queryable, dedupe: Dedupe): Promise<DifferingSurvey> {
  const [raw] = await db.query(surveyDiffering(dedupe));
  const row = differingSchema.parse(raw);
  const columns = dedupe.compared.map((column, place) => ({ column, groups: row.columns[place] ?? 0 }));
  return {
    groups: row.groups,
    columns: columns.filter(({ groups }) => groups > 0).toSorted((a, b) => b.groups - a.groups),
    leftAlone: { groups: row.left_groups, rows: row.left_rows },
  };
}

async function readChildren(db: Queryable, dedupe: Dedupe): Promise<readonly ReferenceSurvey[]> {
  if (dedupe.references.length === 0) return [];
  const [raw] = await db.query(surveyChildren(dedupe));
  const { moving, colliding, unnamed } = childrenSchema.parse(raw);
  return dedupe.references.map((_, place) => ({
    moving: moving[place] ?? 0,
    colliding: colliding[place] ?? 0,
    unnamed: unnamed[place] ?? 0,
  }));
}
