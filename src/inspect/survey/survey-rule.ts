import type { Key } from '../../model/dedupe.ts';
import type { OperationFacts } from '../../model/facts.ts';
import { NOTHING_FOUND, type Survey } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { findColumn } from '../../resolve/find-column.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { countDisagreeing } from '../../sql/dedupe/find-groups.ts';
import { findDamage } from './find-damage.ts';
import { findLongKeys } from './find-long-keys.ts';
import { isShortKey } from './is-short-key.ts';
import { type SurveyDepth, surveyGroups } from './survey-groups.ts';
import { readWidths, takeCensus } from './take-census.ts';
import { whereItFails } from './where-it-fails.ts';

/** How a rule is looked at. */
export interface SurveyOptions {
  readonly depth?: SurveyDepth;
  /** Whether an index that is there is believed, or compared with the table. */
  readonly index?: 'believed' | 'compared';
  /** Whether a rule that is written wrong refuses its plan, or is not looked at. */
  readonly miswritten?: 'planned' | 'thrown';
}

/** Counts a rule's groups, and what would become of their rows. */
export async function surveyRule(
  db: Queryable,
  resolved: ResolvedRule,
  facts: OperationFacts,
  { depth = 'needed', index = 'believed' }: SurveyOptions,
): Promise<Survey> {
  const survey = await surveyKey(db, resolved, facts);
  const ranked = await surveyGroups(db, resolved, facts, survey.census, depth);
  const damaged = index === 'compared' && (await findDamage(db, resolved, survey.census));
  return { ...survey, ...ranked, damaged };
}

/** Counts the rows, groups and excess rows of a rule's key alone. */
export async function surveyKey(
  db: Queryable,
  { operation, key, refusals }: ResolvedRule,
  facts: OperationFacts,
): Promise<Survey> {
  if (refusals.key.all.length > 0 || !hasRows(facts)) return NOTHING_FOUND;
  const { census, longKeys } = await whereItFails(db, key, facts, async () => measureKeys(db, key, facts));
  // A column without an order, such as json, cannot be compared: the plan refuses it.
  const columns = operation.agree.flatMap((name) => {
    const column = findColumn(facts.table, name);
    return column?.sortable ? [column.name] : [];
  });
  const disagreeing =
    census.groups > 0 && columns.length > 0
      ? await readDisagreeing(db, key, columns, census.suspects?.rows?.places)
      : 0;
  return { ...NOTHING_FOUND, census, disagreeing, longKeys };
}

/** May the role read the rows, all of them? */
export function hasRows({ table }: OperationFacts): boolean {
  return table.privileges.select && !table.rowSecurityActive;
}

/** The census, and how long the keys are, where one may be too long. */
async function measureKeys(db: Queryable, key: Key, facts: OperationFacts) {
  const census = await takeCensus(db, key, { facts });
  const widths = isShortKey(key, facts) ? undefined : await readWidths(db, key, facts.parts);
  return { census, longKeys: widths && (await findLongKeys(db, key, facts, widths)) };
}

async function readDisagreeing(
  db: Queryable,
  key: Key,
  columns: readonly string[],
  places: string | undefined,
): Promise<number> {
  const [row] = await db.query(countDisagreeing(key, columns, places));
  return Number(row?.groups);
}
