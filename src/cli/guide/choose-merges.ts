import { countOf } from '../../model/count-of.ts';
import type { ColumnStatistics } from '../../model/discovery.ts';
import { flagName } from '../../model/name.ts';
import type { DedupeTargetReport } from '../../model/target-report.ts';
import type { Look } from '../../report/look.ts';
import { printable } from '../../report/printable.ts';
import { valuesInBrief } from '../../report/values-in-brief.ts';
import { BACK, type Choice } from '../terminal/asker.ts';
import { chosenTable } from './chosen-table.ts';
import type { Draft } from './draft.ts';
import type { Guide, Step } from './guide.ts';

/** What the row that stays takes from its copies, where they differ. */
export async function chooseMerges(draft: Draft, guide: Guide): Promise<Step> {
  const [target] = draft.seen?.targets ?? [];
  const table = chosenTable(draft, guide);
  const differing = target?.differing?.columns ?? [];
  if (!target || !table || differing.length === 0) return { kind: 'nothing to ask', draft };
  const { asker, look } = guide;
  const columns = await asker.chooseSome(
    `Copies differ in ${countOf(differing.length, 'column')}. Where is the row that stays to take a value from its copies?`,
    differing.map(({ column, groups }) => ({
      value: column,
      label: printable(column),
      hint: `differs in ${countOf(groups, 'group')}${examplesOf(target, column, look)}`,
    })),
  );
  if (columns === BACK) return { kind: 'back' };
  const merge: string[] = [];
  for (const column of columns) {
    const facts = table.columns.find(({ name }) => name === column);
    const how = await asker.choose(`What does it take for ${printable(column)}?`, waysFor(facts));
    if (how === BACK) return { kind: 'again' };
    merge.push(`${flagName(column)}=${how}`);
  }
  const flags = merge.length === 0 ? draft.flags : { ...draft.flags, merge };
  return { kind: 'asked', draft: { ...draft, flags } };
}

/** The values of the first group shown that differs in the column. */
function examplesOf({ samples }: DedupeTargetReport, column: string, look: Look): string {
  const sample = samples.find(({ differs }) => differs.includes(column));
  return sample
    ? `: ${valuesInBrief(
        column,
        sample.rows.map((row) => row[column] ?? null),
        look,
      )}`
    : '';
}

const WAYS = {
  'first-non-null': 'The first value that is not NULL, in the order of the rows',
  max: 'The greatest',
  min: 'The least',
  sum: 'The sum of all',
  or: 'True if it is true in one of them',
  and: 'True if it is true in all of them',
  concat: 'All of them, one after the other',
  'jsonb-merge': 'The keys of all of them; of the same key the value of the row that stays',
} as const;

type Way = keyof typeof WAYS;

/** Those that fit the type; a merge that does not is refused by the plan. */
function waysFor(column: ColumnStatistics | undefined): readonly Choice<Way>[] {
  const ways = ['first-non-null', ...(column ? waysOfType(column) : [])] as const;
  return ways.map((way) => ({ value: way, label: WAYS[way], hint: way }));
}

/** `typcategory`: N numbers, S texts, D dates and times, A arrays, B booleans. */
function waysOfType({ type, category }: ColumnStatistics): readonly Way[] {
  if (type === 'json' || type === 'jsonb') return ['jsonb-merge'];
  switch (category) {
    case 'N':
      return ['max', 'min', 'sum'];
    case 'B':
      return ['or', 'and'];
    case 'S':
      return ['concat', 'max', 'min'];
    case 'D':
      return ['max', 'min'];
    case 'A':
      return ['concat'];
    default:
      return [];
  }
}
