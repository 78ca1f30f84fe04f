import { z } from 'zod';
import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import type { Census, OperationFacts } from '../../model/facts.ts';
import type {
  AmbiguousSurvey,
  DifferingSurvey,
  ReferenceSurvey,
  RemainingSurvey,
  TieSurvey,
} from '../../model/group-survey.ts';
import { NOTHING_RANKED, type RankedSurvey } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import type { Ties } from '../../model/ties.ts';
import { isRefused, type ResolvedRule } from '../../resolve/resolve-rule.ts';
import { SMALL_TABLE_BYTES } from '../../resolve/small-table.ts';
import { readFrom } from '../../sql/dedupe/keyed.ts';
import { listRemaining } from '../../sql/dedupe/list-remaining.ts';
import { rankInBulk } from '../../sql/dedupe/ranked-members.ts';
import { namedColumns } from '../../sql/dedupe/survey-ambiguous.ts';
import { type Counted, countGroups } from '../../sql/dedupe/survey-groups.ts';
import { keepsReferred } from '../../sql/dedupe/survey-taken.ts';
import { surveyGuards } from './survey-guards.ts';
import { surveyLinked } from './survey-linked.ts';
import { locateRows } from './take-census.ts';

/** `needed`: only what the plan depends on. `full`: also what a person who reads the plan wants to know. */
export type SurveyDepth = 'needed' | 'full';

const differingSchema = z.object({
  groups: z.number(),
  columns: z.array(z.number()),
  left_groups: z.number(),
  left_rows: z.number(),
});
const childrenSchema = z.object({
  moving: z.array(z.number()),
  colliding: z.array(z.number()),
  unnamed: z.array(z.number()),
  refused: z.array(z.number()),
});
const rowSchema = z.object({
  differing: differingSchema.nullable(),
  children: childrenSchema.nullable(),
  ambiguous: z.object({ others: z.array(z.number()) }).nullable(),
  taken: z.object({ alike: z.array(z.number()), children: z.array(z.number()) }).nullable(),
  ties: z.object({ met: z.array(z.number()) }).nullable(),
});

const remainingSchema = z.object({ rows: z.coerce.number(), name: z.array(z.string()) });
const MOST_NAMED = 5;

/**
 * Ranks the groups as a run would, and counts in how many the copies differ and what becomes of the rows that refer to
 * losers. The census comes back with the places of the rows, where they have been looked up for it. A rule that is refused for its names is not counted: its plan says what is wrong.
 */
export async function surveyGroups(
  db: Queryable,
  resolved: ResolvedRule,
  facts: OperationFacts,
  counted: Census,
  depth: SurveyDepth,
): Promise<RankedSurvey & { readonly census: Census }> {
  const { dedupe, ties: tied } = resolved;
  const asked = askedOf(dedupe, facts, tied, depth);
  const refused = isRefused(resolved) || resolved.refusals.removal.all.length > 0;
  if (counted.groups === 0 || refused) return { ...NOTHING_RANKED, census: counted };
  const census = await locateRows(db, dedupe.key, counted);
  const places = census.suspects?.rows?.places;
  await db.query(readFrom(dedupe.key));
  await db.query(rankInBulk());
  const guards = await surveyGuards(db, dedupe, tied, places);
  // The rows that a constraint refuses are counted by asking it.
  const failed = guards.some(({ failure }) => failure !== undefined);
  if (failed) return { ...NOTHING_RANKED, census, guards };
  const linked = guards.length > 0 ? [] : await surveyLinked(db, dedupe, tied, places);
  if (asked.size === 0) return { ...NOTHING_RANKED, census, guards, linked };
  const [raw] = await db.query(countGroups(dedupe, tied, asked, places));
  const { differing, children, ambiguous, taken, ties } = rowSchema.parse(raw);
  const alike = dedupe.references.filter((_, place) => (taken?.alike[place] ?? 0) > 0);
  return {
    census,
    remaining: await readRemaining(db, dedupe, namedColumns(alike)),
    differing: differing ? differingOf(dedupe, differing) : undefined,
    references: children ? childrenOf(dedupe, children) : undefined,
    ambiguous: ambiguous ? ambiguousOf(dedupe, ambiguous.others) : [],
    taken: taken?.alike.map((alike, place) => ({ alike, children: taken.children[place] ?? 0 })) ?? [],
    ties: ties ? tiesOf(tied, ties.met) : [],
    guards,
    linked,
  };
}

/** Asked only where the groups show that an index of these columns is damaged: each reads the table once more. */
async function readRemaining(
  db: Queryable,
  dedupe: Dedupe,
  damaged: readonly (readonly string[])[],
): Promise<readonly RemainingSurvey[]> {
  const found: RemainingSurvey[] = [];
  for (const columns of damaged) {
    const rows = z.array(remainingSchema).parse(await db.query(listRemaining(dedupe, columns, MOST_NAMED)));
    const [first] = rows;
    if (first) found.push({ columns, rows: first.rows, sample: rows.map(({ name }) => name) });
  }
  return found;
}

function askedOf(dedupe: Dedupe, facts: OperationFacts, tied: Ties, depth: SurveyDepth): ReadonlySet<Counted> {
  const { agree, onDiffer, references } = dedupe;
  const full = depth === 'full';
  // How long writers would wait for a lock depends on the rows that are re-pointed.
  const small = facts.table.bytes <= SMALL_TABLE_BYTES;
  const refuses = references.some(
    (each) => (each.uniques.length > 0 && each.onCollision === 'refuse') || namesNullable(each, facts),
  );
  return new Set<Counted>([
    ...(full || agree.length > 0 || onDiffer === 'stop' ? ['differing' as const] : []),
    ...((references.length > 0 && (full || small)) || refuses ? ['children' as const] : []),
    ...(references.length > 0 ? ['ambiguous' as const] : []),
    ...(references.some((each) => keepsReferred(dedupe, each)) ? ['taken' as const] : []),
    ...(tied.ties.length + tied.clashes.length > 0 ? ['ties' as const] : []),
  ]);
}

function namesNullable({ kind, referenced }: ResolvedReference, { table }: OperationFacts): boolean {
  return kind !== 'array' && table.columns.some(({ name, notNull }) => !notNull && referenced.includes(name));
}

function differingOf(dedupe: Dedupe, counts: z.infer<typeof differingSchema>): DifferingSurvey {
  const columns = dedupe.compared.map((column, place) => ({ column, groups: counts.columns[place] ?? 0 }));
  return {
    groups: counts.groups,
    columns: columns.filter(({ groups }) => groups > 0).toSorted((a, b) => b.groups - a.groups),
    leftAlone: { groups: counts.left_groups, rows: counts.left_rows },
  };
}

function childrenOf(
  { references }: Dedupe,
  { moving, colliding, unnamed, refused }: z.infer<typeof childrenSchema>,
): readonly ReferenceSurvey[] {
  return references.map((_, place) => ({
    moving: moving[place] ?? 0,
    colliding: colliding[place] ?? 0,
    unnamed: unnamed[place] ?? 0,
    refused: refused[place] ?? 0,
  }));
}

function ambiguousOf({ references }: Dedupe, others: readonly number[]): readonly AmbiguousSurvey[] {
  return namedColumns(references)
    .map((columns, place) => ({ columns, rows: others[place] ?? 0 }))
    .filter(({ rows }) => rows > 0);
}

function tiesOf({ moves, ties, clashes }: Ties, met: readonly number[]): readonly TieSurvey[] {
  const tied = ties.map(({ kind, label, key, deferrable, unmoved }) => ({
    kind,
    label,
    key: { name: key.name, table: key.child.table, columns: key.columns.map(({ name }) => name) },
    parent: key.parent.table,
    deferrable,
    unmoved,
  }));
  const copied = clashes.flatMap(({ move, label, unique }) => {
    const table = moves[move]?.image.table;
    const key = table && { name: unique.index, table, columns: [] };
    return key ? [{ kind: 'copied' as const, label, key, parent: key.table, deferrable: [], unmoved: [] }] : [];
  });
  return [...tied, ...copied].map((each, place) => ({ ...each, rows: met[place] ?? 0 })).filter(({ rows }) => rows > 0);
}
