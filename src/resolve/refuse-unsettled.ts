import type { OperationFacts, TableName } from '../model/facts.ts';
import { findTable } from '../model/find-table.ts';
import type { Refusals } from '../model/refusals.ts';
import type { ExpressionUse, SettledExpression } from '../model/settled.ts';
import { tableLabel } from '../model/table-label.ts';

/**
 * Refuses expressions that could give another result when the run asks them than they gave while looking: the plan shows
 * one survivor, and another row would stay. Values that losers are marked with choose nothing, and may be VOLATILE.
 */
export function refuseUnsettled(
  facts: OperationFacts,
  { order, others }: { readonly order: Refusals; readonly others: Refusals },
): void {
  for (const each of facts.settled) {
    const refusals = each.use === 'keep' ? order : others;
    if (each.error !== undefined) {
      refusals.add(
        'MSGDB_EXPRESSION_INVALID',
        `${PLACES[each.use]}: ${each.error}`,
        `Correct ${each.text}, and try it: select ${each.text} from ${tableLabel(facts.table.table)}.`,
      );
    } else if (each.use !== 'set') refuseChanging(each, facts, refusals);
  }
}

const PLACES: Readonly<Record<ExpressionUse, string>> = {
  keep: 'The survivor order',
  merge: 'What the survivor takes',
  set: 'What losers are marked with',
};

function refuseChanging(
  { use, text, volatile, unsteady, reads }: SettledExpression,
  facts: OperationFacts,
  refusals: Refusals,
): void {
  const [name] = unsteady;
  const expression = `${PLACES[use]} cannot be by ${text.trim()}:`;
  const otherwise =
    use === 'keep'
      ? 'another row would stay than the plan shows'
      : 'another value would be taken than the plan was checked with';
  if (volatile) {
    refusals.add(
      'MSGDB_REFUSED',
      `${expression} ${name ?? 'a function behind an operator or a cast in it'} is VOLATILE. It may give another result each time, so ${otherwise}.`,
      /clock_timestamp|timeofday/.test(name ?? '')
        ? 'Write now(): it is one moment for the whole run.'
        : `Use columns and functions that are IMMUTABLE or STABLE${use === 'keep' ? '; the primary key decides between equals' : ''}.`,
    );
  } else if (name !== undefined) {
    refusals.add(
      'MSGDB_REFUSED',
      `${expression} ${name} is STABLE: what it reads may change during the run, so ${otherwise}.`,
      `If it depends on its arguments alone: alter function ${name} immutable; otherwise write what it does with columns and builtin functions.`,
    );
  }
  const changing = reads.filter((table) => isChanged(table, facts));
  if (changing.length > 0) {
    refusals.add(
      'MSGDB_REFUSED',
      `${expression} it reads ${changing.map(tableLabel).join(', ')}, whose rows the run changes, so ${otherwise}.`,
      use === 'keep'
        ? "Order by columns of the row; keep: [{ most: 'children' }] counts the rows that refer to it."
        : 'Use the columns of the group.',
    );
  }
}

/** Rows of the table go, and those that refer to them are re-pointed or go as well. */
function isChanged(table: TableName, facts: OperationFacts): boolean {
  return findTable(facts, table) !== undefined;
}

/** An order by the time is good for one run. */
export function momentNotes({ settled, server }: OperationFacts): readonly string[] {
  const clocks = [...new Set(settled.filter(({ use }) => use === 'keep').flatMap((each) => each.clocks))];
  if (clocks.length === 0) return [];
  return [
    `The survivor order depends on the time (${clocks.join(', ')}), which is ${server.moment} for this whole run. A run at another time may keep other rows.`,
  ];
}
