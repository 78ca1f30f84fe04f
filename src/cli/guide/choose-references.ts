import { countOf } from '../../model/count-of.ts';
import type { TableStatistics } from '../../model/discovery.ts';
import { MsgdbError } from '../../model/errors.ts';
import { flagName } from '../../model/name.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { DedupeTargetReport } from '../../model/target-report.ts';
import { printable } from '../../report/printable.ts';
import { BACK, type Choice } from '../terminal/asker.ts';
import { parseRule } from '../values/rule.ts';
import { chosenTable, flagTable } from './chosen-table.ts';
import type { Draft } from './draft.ts';
import type { Guide, Step } from './guide.ts';

/** Columns to write, besides those of the list. */
const OTHERS = Symbol('others');

/** Which columns refer to the rows without a foreign key: rows that refer to copies are to refer to the row that stays. */
export async function chooseReferences(draft: Draft, guide: Guide): Promise<Step> {
  const [target] = draft.seen?.targets ?? [];
  const table = chosenTable(draft, guide);
  if (!target || !table || target.excessRows === 0) return { kind: 'nothing to ask', draft };
  const chosen = await guide.asker.chooseSome<string | typeof OTHERS>(
    `${describeKnown(target)}Which other columns refer to rows of ${printable(tableLabel(table))}?`,
    [...columnsLikeIt(table, guide), { value: OTHERS, label: 'Others, to be named', hint: 'as TABLE.COLUMN' }],
  );
  if (chosen === BACK) return { kind: 'back' };
  const named = chosen.includes(OTHERS) ? await nameColumns(guide) : '';
  if (named === BACK) return { kind: 'again' };
  const references = [...chosen.filter((each) => each !== OTHERS), ...(named === '' ? [] : [named])];
  const flags = references.length === 0 ? draft.flags : { ...draft.flags, references };
  return { kind: 'asked', draft: { ...draft, flags } };
}

/** Nothing is known of them where the plan is refused so far. */
function describeKnown({ references = [] }: DedupeTargetReport): string {
  if (references.length === 0) return '';
  const known = references.map(
    ({ table, columns, repointed }) =>
      `${printable(`${table} (${columns.join(', ')})`)} with ${countOf(repointed, 'row')}`,
  );
  return `Re-pointed by their foreign keys: ${known.join(', ')}. `;
}

/** By their names: `conversation_id` or `conversationId` of another table, for `conversations`. */
function columnsLikeIt(table: TableStatistics, guide: Guide): readonly Choice<string>[] {
  const wanted = [`${singular(plain(table.name))}id`, `${plain(table.name)}id`];
  return guide.tables.flatMap((other) =>
    other.columns
      .filter(({ name, foreignKey }) => !foreignKey && wanted.includes(plain(name)))
      .map(({ name }) => ({
        value: `${flagTable(other, guide)}.${flagName(name)}`,
        label: printable(`${tableLabel(other)}.${name}`),
        hint: 'by its name; it has no foreign key',
      })),
  );
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

function singular(name: string): string {
  return name.endsWith('ies') ? `${name.slice(0, -3)}y` : name.replace(/s$/, '');
}

async function nameColumns({ asker }: Guide) {
  return await asker.write('Which columns? Several are parted by commas.', {
    example: 'messages.conversation_id',
    complaint: (text) => {
      try {
        parseRule({ table: 'any', key: 'any', references: [text] });
        return text.trim() === '' ? 'Name a column, or press Esc to go back.' : undefined;
      } catch (error) {
        if (error instanceof MsgdbError) return `${error.message} ${error.fix}`;
        throw error;
      }
    },
  });
}
