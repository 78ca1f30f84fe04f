import type { ColumnStatistics } from '../../model/discovery.ts';
import { flagName } from '../../model/name.ts';
import { printable } from '../../report/printable.ts';
import { BACK, type Choice } from '../terminal/asker.ts';
import { chosenTable } from './chosen-table.ts';
import type { Draft } from './draft.ts';
import type { Guide, Step } from './guide.ts';

/** `typcategory` of dates and times. */
const TIME = 'D';

/** An order to write, in place of one of the list. */
const OWN = Symbol('own');

/** Which row of each group stays. */
export async function chooseSurvivor(draft: Draft, guide: Guide): Promise<Step> {
  const [target] = draft.seen?.targets ?? [];
  if (!target || target.excessRows === 0) return { kind: 'nothing to ask', draft };
  const times = (chosenTable(draft, guide)?.columns ?? []).filter(({ category }) => category === TIME);
  const order = await guide.asker.choose<string | typeof OWN | undefined>('Which row of each group stays?', [
    { value: undefined, label: 'The first by primary key', hint: 'or the first as stored, where there is none' },
    ...times.flatMap(choicesOf),
    { value: 'most complete', label: 'The most complete', hint: 'with the fewest NULLs' },
    { value: 'most children', label: 'The one that most rows of other tables refer to' },
    { value: OWN, label: 'Another order', hint: 'as in ORDER BY; the first row stays' },
  ]);
  if (order === BACK) return { kind: 'back' };
  if (order === undefined) return { kind: 'asked', draft };
  const keep = order === OWN ? await writeOrder(guide) : order;
  return keep === BACK ? { kind: 'again' } : { kind: 'asked', draft: { ...draft, flags: { ...draft.flags, keep } } };
}

function choicesOf({ name }: ColumnStatistics): readonly Choice<string>[] {
  const column = printable(name);
  return [
    { value: `${flagName(name)} desc`, label: `The latest by ${column}` },
    { value: flagName(name), label: `The earliest by ${column}` },
  ];
}

async function writeOrder({ asker }: Guide) {
  return await asker.write('In which order? The first row of each group stays.', {
    example: "(status = 'read') desc, updated_at desc",
    complaint: (text) => (text.trim() === '' ? 'Name a column, or press Esc to go back.' : undefined),
  });
}
