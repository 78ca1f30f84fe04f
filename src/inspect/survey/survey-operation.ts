import { z } from 'zod';
import type { Key } from '../../model/dedupe.ts';
import type { OperationFacts } from '../../model/facts.ts';
import type { LongKeys } from '../../model/long-keys.ts';
import { NOTHING_FOUND, type ResolvedRelink, type Survey } from '../../model/plan.ts';
import type { RelinkSurvey } from '../../model/relink-survey.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { ResolvedIndex, ResolvedOperation, ResolvedRelinking } from '../../resolve/resolve-operation.ts';
import { readFrom } from '../../sql/dedupe/keyed.ts';
import { surveyLost } from '../../sql/relink.ts';
import { findLongKeys } from './find-long-keys.ts';
import { surveyCreated } from './survey-created.ts';
import { hasRows, type SurveyOptions, surveyRule } from './survey-rule.ts';
import { readWidths } from './take-census.ts';
import { whereItFails } from './where-it-fails.ts';

const relinkSchema = z.object({
  lost: z.coerce.number(),
  matched: z.coerce.number(),
  ambiguous: z.coerce.number(),
  missing: z.coerce.number(),
  waiting: z.coerce.number(),
});
const wideSchema = z.object({ wide: z.coerce.number(), wide_rows: z.array(z.string()) });

/**
 * Counts in the data what an operation is about. An operation whose names do not resolve is not counted: its plan says
 * what is wrong.
 */
export async function surveyOperation(
  db: Queryable,
  resolved: ResolvedOperation,
  facts: OperationFacts,
  options: SurveyOptions,
): Promise<Survey> {
  switch (resolved.kind) {
    case 'unique-key':
      return await surveyRule(db, resolved, facts, options);
    case 'drop-unique-key':
      return NOTHING_FOUND;
    case 'index':
      return { ...NOTHING_FOUND, longKeys: await surveyIndex(db, resolved, facts) };
    case 'relink':
      return await surveyRelink(db, resolved);
  }
}

export async function surveyRelink(db: Queryable, { relink, refusals }: ResolvedRelinking): Promise<Survey> {
  if (refusals.all.length > 0 || !relink) return NOTHING_FOUND;
  const [row] = await db.query(surveyLost(relink));
  const survey: RelinkSurvey = relinkSchema.parse(row);
  const created = relink.create && survey.missing > 0 ? await surveyCreated(db, relink) : [];
  return { ...NOTHING_FOUND, relink: survey, guards: [...guardImages(relink, wideSchema.parse(row)), ...created] };
}

function guardImages({ child, column, holder }: ResolvedRelink, found: z.infer<typeof wideSchema>): Survey['guards'] {
  if (!holder || found.wide === 0) return [];
  return [
    {
      subject: 're-pointed',
      label: `${tableLabel(child.table)}.${column}`,
      moved: [[column]],
      arrays: [],
      table: child.table,
      constraint: { kind: 'width', name: holder.name },
      rows: found.wide,
      identity: child.identity,
      sample: found.wide_rows,
      kept: undefined,
      failure: undefined,
    },
  ];
}

/** Reads what an index would be made of, where a value may be too long for it or an expression fail. */
async function surveyIndex(
  db: Queryable,
  { build, judgement, refusals }: ResolvedIndex,
  facts: OperationFacts,
): Promise<LongKeys | undefined> {
  const plain = build.columns.every((part) => 'column' in part) && build.predicate === undefined;
  const settled = plain && (build.method !== 'btree' || facts.parts.every(({ length }) => length >= 0));
  if (refusals.all.length > 0 || !hasRows(facts) || settled || judgement.serving) return undefined;
  const key: Key = { ...build, grouping: 'hash' };
  await db.query(readFrom(key));
  const parts = build.method === 'btree' ? facts.parts : [];
  const widths = await whereItFails(db, key, facts, async () => readWidths(db, key, parts));
  return widths && (await findLongKeys(db, key, facts, widths));
}
