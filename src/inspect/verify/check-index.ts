import type { IndexOperation } from '../../model/operations/index-operation.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { resolveIndex } from '../../resolve/resolve-operation.ts';
import type { Workplace } from '../../session/workplace.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { failed, nameTaken, type Verdict } from './verdict.ts';

/** The non-unique index is there and valid. */
export async function checkIndex(
  db: Queryable,
  workplace: Workplace,
  operation: IndexOperation,
): Promise<readonly Verdict[]> {
  const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
  const { serving, debris, building, impostor } = resolveIndex(operation, facts).judgement;
  const common = { name: 'index', table: tableLabel(facts.table.table), title: `index ${operation.name}` };
  if (serving) return [{ ...common, status: 'ok', code: null, detail: 'it exists, by definition, and is valid' }];
  if (building) return [failed(common, 'MSGDB_INDEX_INVALID', `${building.name} is being built now`)];
  if (debris) return [failed(common, 'MSGDB_INDEX_INVALID', 'it exists, but is not valid')];
  if (impostor) return [nameTaken(common, impostor, facts)];
  return [failed(common, 'MSGDB_INDEX_MISSING', 'no index has this meaning')];
}
