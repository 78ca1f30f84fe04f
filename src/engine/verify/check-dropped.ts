import type { DropUniqueKey } from '../../model/operations/drop-unique-key.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../plan/names.ts';
import { findDropped } from '../../plan/plan-drop-unique-key.ts';
import { Refusals } from '../../plan/refusals.ts';
import { keyLabel, resolveKey } from '../../plan/resolve-key.ts';
import { gatherFacts } from '../inspect/gather-facts.ts';
import type { Workplace } from '../run/workplace.ts';
import { failed, type Verdict } from './verdict.ts';

/** The rule that had to go is gone, by meaning and not by name. */
export async function checkDropped(
  db: Queryable,
  workplace: Workplace,
  operation: DropUniqueKey,
): Promise<readonly Verdict[]> {
  const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
  const key = resolveKey({ ...operation, nulls: 'distinct' }, facts, new Refusals(''));
  const left = findDropped(operation, key, facts);
  const common = { name: 'dropped', table: tableLabel(facts.table.table), title: `no longer unique: ${keyLabel(key)}` };
  if (left) return [failed(common, 'MSGDB_INDEX_DIFFERS', `${left.name} still enforces the old rule`)];
  return [{ ...common, status: 'ok', code: null, detail: 'no index enforces the old rule' }];
}
