import { concernsOneRule } from '../../model/codes.ts';
import { countOf } from '../../model/count-of.ts';
import type { DiscoveredKey, TableStatistics } from '../../model/discovery.ts';
import { MsgdbError } from '../../model/errors.ts';
import { flagName } from '../../model/name.ts';
import { tableLabel } from '../../model/table-label.ts';
import { printable } from '../../report/printable.ts';
import { renderError, renderPreview } from '../../report/render.ts';
import { BACK, type Back, type Choice } from '../terminal/asker.ts';
import { flagTable } from './chosen-table.ts';
import { type Draft, type RuleFlags, ruleOf } from './draft.ts';
import type { Guide, Step } from './guide.ts';

/** Which rows are copies of each other: a table, and the columns that are to be unique in it. */
export async function chooseKey(draft: Draft, guide: Guide): Promise<Step> {
  const flags = draft.found ? await chooseFound(draft.found.candidates, guide) : await nameKey(guide);
  if (flags === BACK) return { kind: 'back' };
  const seen = await lookAt(flags, guide);
  return seen ? { kind: 'asked', draft: { ...draft, flags, seen } } : { kind: 'again' };
}

/** Those with duplicates first: a person who runs this command has some. */
async function chooseFound(candidates: readonly DiscoveredKey[], guide: Guide): Promise<RuleFlags | Back> {
  const dirty = candidates.filter(({ counted }) => (counted?.excessRows ?? 0) > 0);
  const others = candidates.filter((each) => !dirty.includes(each));
  const chosen = await guide.asker.choose<DiscoveredKey | 'other'>(
    candidates.length === 0 ? 'No column looks as if it lacked a unique index.' : 'Which of these has to be unique?',
    [...[...dirty, ...others].map(choiceOf), { value: 'other', label: 'Another table, or other columns' }],
  );
  if (chosen === BACK) return BACK;
  if (chosen === 'other') return await nameKey(guide);
  const { schema, name, key, where } = chosen;
  return {
    table: flagTable({ schema, name }, guide),
    key: key.map(flagName).join(','),
    ...(where === null ? {} : { where }),
  };
}

function choiceOf(found: DiscoveredKey): Choice<DiscoveredKey> {
  const { table, key, where, counted, unconfirmed, likelihood, reasons } = found;
  const condition = where === null ? '' : ` where ${where}`;
  const count = counted
    ? `${countOf(counted.excessRows, 'excess row')} of ${countOf(counted.coveredRows, 'row')}`
    : `not counted: ${unconfirmed ?? ''}`;
  return {
    value: found,
    label: printable(`${table} (${key.join(', ')})${condition}: ${count}`),
    hint: printable([likelihood, ...reasons].join(', ')),
  };
}

async function nameKey(guide: Guide): Promise<RuleFlags | Back> {
  const { asker, tables } = guide;
  const table = await asker.search('Which table? Type a part of its name.', tables.map(tableChoice));
  if (table === BACK) return BACK;
  const columns = table.columns.map(({ name }) => printable(flagName(name))).join(', ');
  const key = await asker.write(`Which columns are unique together? ${columns}`, {
    example: 'user_id, lower(email)',
    complaint: (text) => (text.trim() === '' ? 'Name at least one column, or press Esc to go back.' : undefined),
  });
  return key === BACK ? BACK : { table: flagTable(table, guide), key };
}

function tableChoice(table: TableStatistics): Choice<TableStatistics> {
  const rows = table.estimatedRows < 0 ? 'never analysed' : `about ${countOf(Math.round(table.estimatedRows), 'row')}`;
  return { value: table, label: printable(tableLabel(table)), hint: rows };
}

/** Undefined where the answer is wrong, which is shown: the question comes again. */
async function lookAt(flags: RuleFlags, { context, asker, look }: Guide) {
  const { dedupe } = await import('../../commands/dedupe/dedupe.ts');
  try {
    const seen = await dedupe(context, { rule: ruleOf({ flags }), dryRun: true, yes: false, samples: 3 });
    const [target] = seen.targets;
    if (target && target.excessRows > 0) await asker.show(renderPreview([target], look));
    return seen;
  } catch (error) {
    if (!(error instanceof MsgdbError) || !concernsOneRule(error.code)) throw error;
    await asker.show(`${renderError(error, 'human', 'dedupe', look)}\n`);
    return undefined;
  }
}
