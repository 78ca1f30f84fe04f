import type { IndexFacts, OperationFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { askAmcheck } from '../survey/ask-amcheck.ts';
import { failed, type Verdict } from './verdict.ts';

/** Compares an index with its table, entry by entry, by the extension amcheck where it is installed. */
export async function checkAgainstHeap(
  db: Queryable,
  serving: IndexFacts | undefined,
  facts: OperationFacts,
): Promise<readonly Verdict[]> {
  if (!serving) return [];
  const table = tableLabel(facts.table.table);
  const common = { name: 'heap', table, title: `index ${serving.name} has every row of the table` };
  const answer = await askAmcheck(db, serving);
  switch (answer.kind) {
    case 'absent': {
      const detail = 'not compared: the extension amcheck is not installed (create extension amcheck)';
      return [{ ...common, status: 'skipped', code: null, detail }];
    }
    case 'sound':
      return [{ ...common, status: 'ok', code: null, detail: 'compared by amcheck' }];
    case 'denied':
      return [{ ...common, status: 'skipped', code: null, detail: `not compared: ${answer.message}` }];
    case 'damaged':
      return [failed(common, 'MSGDB_INDEX_DAMAGED', answer.message)];
  }
}
