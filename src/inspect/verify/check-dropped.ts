import type { DropUniqueKey } from '../../model/operations/drop-unique-key.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { keyLabel } from '../../resolve/resolve-key.ts';
import { resolveDrop } from '../../resolve/resolve-operation.ts';
import type { Workplace } from '../../session/workplace.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { failed, type Verdict } from './verdict.ts';

/** The rule that had to go is gone, by meaning and not by name. */
export async function checkDropped(
  db: Queryable,
  workplace: Workplace,
  operation: DropUniqueKey,
): Promise<readonly Verdict[]> {
  const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
  const { key, index: left, refusals } = resolveDrop(operation, facts);
  const common = { name: 'dropped', table: tableLabel(facts.table.table), title: `no longer unique: ${keyLabel(key)}` };
  if (left) return [failed(common, 'MSGDB_INDEX_DIFFERS', `${left.name} still enforces the old rule`)];
  const [gone] = refusals.all;
  const detail = gone ? `no index can enforce the old rule: ${gone.message}` : 'no index enforces the old rule';
  return [{ ...common, status: 'ok', code: null, detail }];
}
